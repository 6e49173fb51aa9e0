import mammoth from 'mammoth'
import type { Loaded } from '../document.ts'
import { toText } from '../text.ts'
import { parseHtml } from './html.ts'

/** How the container begins that holds a Word file with a password, and any Word file from before 2007. */
const oldContainer = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** How each entry of a ZIP file's directory begins. */
const zipEntry = Buffer.from('504b0102', 'hex')
const mostUnpackedBytes = 128 * 1024 * 1024

/** Word -> the same tree as Markdown's: its heading styles are headings, its tables and lists stay what they are. Throws where it is encrypted or broken. */
export async function loadDocx(bytes: Buffer): Promise<Loaded> {
  if (bytes.subarray(0, oldContainer.length).equals(oldContainer))
    throw new Error('encrypted, or saved by an old Word: save it as .docx without a password')
  if (unpackedBytes(bytes) > mostUnpackedBytes) throw new Error('larger than 128 MB once unpacked')
  const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"]
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  const { value } = await mammoth
    .convertToHtml({ buffer: bytes }, { styleMap, convertImage })
    .catch((cause: unknown) => {
      throw new Error('not a Word document that can be opened', { cause })
    })
  const root = { type: 'root' as const, children: parseHtml(value) }
  const heading = root.children.find((node) => node.type === 'heading' && node.depth === 1)
  return { title: heading && toText(heading), root }
}

/** How much a ZIP file says it holds, in its directory: a small file may unpack to more than memory does. */
function unpackedBytes(bytes: Buffer): number {
  let sum = 0
  for (let at = bytes.indexOf(zipEntry); at !== -1 && at + 28 <= bytes.length; at = bytes.indexOf(zipEntry, at + 28))
    sum += bytes.readUInt32LE(at + 24)
  return sum
}
