import type { RootContent } from 'mdast'
import { z } from 'zod'
import type { Loaded } from '../document.ts'
import { parseHtml } from './html.ts'
import { loadMarkdown } from './markdown.ts'
import { FormatError, unopenable } from './office/zip.ts'

const lines = z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat().join(''))
const outputSchema = z.object({
  text: lines.optional(),
  data: z
    .object({
      'text/plain': lines.optional(),
      'text/markdown': lines.optional(),
      'text/html': lines.optional(),
      'text/latex': lines.optional(),
    })
    .optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
})
const notebookSchema = z.object({
  metadata: z
    .object({
      language_info: z.object({ name: z.string() }).optional(),
      kernelspec: z.object({ language: z.string().optional() }).optional(),
    })
    .optional(),
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: lines,
      outputs: z.array(outputSchema).optional(),
    }),
  ),
})
const longestOutput = 2000

/** A Jupyter notebook -> its text cells as Markdown, its code and raw cells as code, and what the code printed, showed or failed with, as far as that is text. */
export async function loadNotebook(text: string): Promise<Loaded> {
  const { cells, metadata } = read(text)
  const lang = metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? null
  let cut = 0
  const loaded = cells.map(({ cell_type, source, outputs = [] }) => {
    if (cell_type === 'markdown') return loadMarkdown(source)
    const printed = outputs.map(printedBy).join('\n').trim()
    if (printed.length > longestOutput) cut += 1
    const code = (value: string, language: string | null): RootContent[] =>
      value.trim() === '' ? [] : [{ type: 'code', lang: language, value }]
    const children = [
      ...code(source, cell_type === 'code' ? lang : null),
      ...code(printed.slice(0, longestOutput), null),
      ...outputs.flatMap(shownBy),
    ]
    return { title: undefined, root: { type: 'root' as const, children } }
  })
  const title = loaded.find((cell) => cell.title !== undefined)?.title
  return {
    title,
    root: { type: 'root', children: loaded.flatMap(({ root }) => root.children) },
    ...(cut > 0 && {
      lost: [`what ${cut} cell${cut > 1 ? 's' : ''} printed, after its first ${longestOutput} characters`],
    }),
  }
}

type Output = z.infer<typeof outputSchema>

/** Python's name of what is shown as something else: a figure, a page. */
const objectName = /^<[\w.]+( object| size )[^>]*>$/

function printedBy({ text, data, ename, evalue }: Output): string {
  const plain = data?.['text/plain']
  if (text !== undefined) return text
  if (plain !== undefined && !objectName.test(plain.trim())) return plain
  return ename === undefined ? '' : `${ename}: ${evalue ?? ''}`
}

/** What stands for itself where its plain text says nothing. */
function shownBy({ text, data }: Output): RootContent[] {
  const plain = data?.['text/plain'] ?? ''
  if (text !== undefined || data === undefined || (plain !== '' && !objectName.test(plain.trim()))) return []
  const written = data['text/markdown'] ?? data['text/latex']
  if (written !== undefined) return loadMarkdown(written).root.children
  return data['text/html'] === undefined ? [] : parseHtml(data['text/html'])
}

function read(text: string): z.infer<typeof notebookSchema> {
  try {
    return notebookSchema.parse(JSON.parse(text))
  } catch (cause) {
    if (/"worksheets"\s*:/.test(text))
      throw new FormatError('a notebook from before 2015: jupyter nbconvert --to notebook FILE')
    throw unopenable('a notebook', cause)
  }
}
