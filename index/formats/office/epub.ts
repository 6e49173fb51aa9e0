import { posix } from 'node:path'
import type { RootContent } from 'mdast'
import type { Loaded } from '../../document.ts'
import { loadHtml } from '../html.ts'
import { openParts } from './parts.ts'
import { at, elements, every, parseXml, textIn } from './xml.ts'
import { FormatError, unopenable } from './zip.ts'

/** An e-book -> its chapters in the order in which they are read, without its table of contents. */
export async function loadEpub(bytes: Buffer): Promise<Loaded> {
  const parts = await openParts(bytes, 'e-book', '.epub')
  const container = parseXml(parts.get('META-INF/container.xml'))
  const path = every(container, 'rootfile')[0]?.attributes['full-path'] ?? ''
  const book = at(parseXml(parts.get(path)), 'package')
  if (book === undefined) throw unopenable('an e-book')
  if (parts.has('META-INF/encryption.xml') && parts.has('META-INF/rights.xml'))
    throw new FormatError('protected against copying')
  const items = new Map(
    elements(at(book, 'manifest'), 'item').map(({ attributes }) => [attributes.id ?? '', attributes]),
  )
  const children = elements(at(book, 'spine'), 'itemref').flatMap(({ attributes }): RootContent[] => {
    const { href = '', properties = '' } = items.get(attributes.idref ?? '') ?? {}
    const chapter = parts.get(posix.join(posix.dirname(path), decodeURIComponent(href)))
    if (chapter === undefined || /\bnav\b/.test(properties)) return []
    const page = chapter
      .toString()
      .replace(/<(title|script)\b([^>]*)\/>/g, '<$1$2></$1>')
      // A book has no site around its text: a note, a chapter's head, the signature below a letter.
      .replace(/<(\/?)(?:aside|header|footer)(?=[\s>])/g, '<$1section')
    return loadHtml(page).root.children
  })
  const title = textIn(every(at(book, 'metadata'), 'dc:title')[0]).trim()
  return { title: title || undefined, root: { type: 'root', children } }
}
