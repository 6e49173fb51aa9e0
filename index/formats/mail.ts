import type { RootContent } from 'mdast'
import PostalMime from 'postal-mime'
import type { Loaded } from '../document.ts'
import { toParagraph } from '../text.ts'
import { loadHtml } from './html.ts'
import { loadPlainText } from './plain-text.ts'

/** A mail -> its text, and below it who wrote it to whom and when; its title is the subject, which the text above all answers. A mail within it is a section, and what else is attached is named in the report. */
export async function loadMail(bytes: Buffer, depth = 1): Promise<Loaded> {
  const { subject, from, to = [], cc = [], headers, text, html, attachments } = await PostalMime.parse(bytes)
  const people = (all: ReadonlyArray<{ readonly name?: string; readonly address?: string | undefined }>): string =>
    all
      .map(({ name, address }) => [name, address && name ? `(${address})` : address].filter(Boolean).join(' '))
      .join(', ')
  const heads = [
    ['From', people(from === undefined ? [] : [from])],
    ['To', people(to)],
    ['Cc', people(cc)],
    ['Date', toDate(headers.find(({ key }) => key === 'date')?.value ?? '')],
  ].flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]))
  const head: RootContent[] = heads.length === 0 ? [] : [toParagraph(heads.join('\n'))]
  const body = text?.trim() ? loadPlainText(withoutQuotes(text)) : loadHtml(html ?? '')
  const isMail = ({ mimeType }: { readonly mimeType: string }): boolean =>
    mimeType === 'message/rfc822' && depth < deepestMail
  const inner = await Promise.all(
    attachments.filter(isMail).map(({ content }) => loadMail(Buffer.from(content as ArrayBuffer), depth + 1)),
  )
  const attached = attachments
    .filter((attachment) => attachment.disposition !== 'inline' && !isMail(attachment))
    .map(({ filename, mimeType }) => filename ?? mimeType)
  const sections = inner.flatMap(({ title, root }): RootContent[] => [
    { type: 'heading', depth: Math.min(depth + 1, 6) as 1, children: [{ type: 'text', value: title ?? 'Mail' }] },
    ...root.children,
  ])
  return {
    title: subject?.trim() || undefined,
    root: { type: 'root', children: [...body.root.children, ...head, ...sections] },
    lost: [
      ...(attached.length > 0 ? [`${attached.length} attached: ${attached.join(', ')}`] : []),
      ...inner.flatMap(({ lost = [] }) => lost),
    ],
  }
}

/** Mails in mails in mails are read so far. */
const deepestMail = 5

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** The day in figures, and the time and the zone as they were written, to the minute; what is written in another way stays. */
function toDate(written: string): string {
  const found = /^(?:\w+,)?\s*(\d{1,2})\s+(\w{3})\s+(\d{4})\s+(\d{2}:\d{2})(?::\d{2})?\s+([+-]\d{4}|[A-Z]+)\b/i.exec(
    written,
  )
  const [, day = '', month = '', year, time, zone] = found ?? []
  const index = months.findIndex((name) => name.toLowerCase() === month.toLowerCase())
  if (index < 0) return written.trim()
  return `${year}-${String(index + 1).padStart(2, '0')}-${day.padStart(2, '0')} ${time} ${zone}`
}

/** What is quoted below an answer is a mail of its own, as is what a quotation quotes; what is quoted above each of several answers says what they answer. */
function withoutQuotes(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  const signature = lines.findIndex((line) => /^-- ?$/.test(line))
  const own = lines.slice(0, signature < 0 ? undefined : signature)
  const last = own.findLastIndex((line) => line.trim() !== '' && !line.startsWith('>'))
  return lines.filter((line, index) => !/^>\s*>/.test(line) && !(line.startsWith('>') && index > last)).join('\n')
}
