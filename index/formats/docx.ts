import mammoth from 'mammoth'
import type { Loaded } from '../load.ts'
import { toText } from '../text.ts'
import { parseHtml } from './html.ts'

/** Word -> the same tree as Markdown's: its heading styles are headings, its tables and lists stay what they are. */
export async function loadDocx(bytes: Buffer): Promise<Loaded> {
  const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]
  const { value } = await mammoth.convertToHtml(
    { buffer: bytes },
    { styleMap, convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
  )
  const root = { type: 'root' as const, children: parseHtml(value) }
  const heading = root.children.find((node) => node.type === 'heading' && node.depth === 1)
  return { title: heading && toText(heading), root }
}
