import type { RootContent } from 'mdast'
import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import type { Loaded } from '../load.ts'

/** PDF -> a tree of its pages' paragraphs, each with the number of its page in `data.page`. Throws where it is encrypted or broken. */
export async function loadPdf(bytes: Buffer): Promise<Loaded> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((cause: unknown) => {
    const encrypted = cause instanceof Error && cause.name === 'PasswordException'
    throw new Error(encrypted ? 'encrypted: remove its password' : 'not a PDF that can be opened', { cause })
  })
  try {
    const { text } = await extractText(pdf, { mergePages: false })
    const { info } = await getMeta(pdf)
    const title: unknown = info?.Title
    const children = text.flatMap((page, index) => toParagraphs(page, index + 1))
    return {
      title: typeof title === 'string' && title.trim() !== '' ? title.trim() : undefined,
      root: { type: 'root', children },
    }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

/** A PDF has lines and no paragraphs: a hyphen at a line's end is taken back, an empty line parts two paragraphs. */
function toParagraphs(text: string, page: number): RootContent[] {
  return text
    .replace(/(\p{Ll})-\n(?=\p{Ll})/gu, '$1')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
    .map((value) => ({ type: 'paragraph', data: { page }, children: [{ type: 'text', value }] }))
}

declare module 'mdast' {
  interface ParagraphData {
    /** The page a paragraph stands on, counted from 1, in formats that have pages. */
    page?: number
  }
}
