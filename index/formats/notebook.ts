import type { RootContent } from 'mdast'
import { z } from 'zod'
import type { Loaded } from '../document.ts'
import { loadMarkdown } from './markdown.ts'
import { FormatError } from './office/zip.ts'

const lines = z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat().join(''))
const notebookSchema = z.object({
  metadata: z.object({ language_info: z.object({ name: z.string() }).optional() }).optional(),
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: lines,
      outputs: z
        .array(
          z.object({
            text: lines.optional(),
            data: z.object({ 'text/plain': lines.optional() }).optional(),
            ename: z.string().optional(),
            evalue: z.string().optional(),
          }),
        )
        .optional(),
    }),
  ),
})
const longestOutput = 2000

/** A Jupyter notebook -> its text cells as Markdown, its code and raw cells as code, and what the code printed or failed with, as far as that is text. */
export async function loadNotebook(text: string): Promise<Loaded> {
  const { cells, metadata } = read(text)
  const lang = metadata?.language_info?.name ?? null
  const loaded = cells.map(({ cell_type, source, outputs = [] }) => {
    if (cell_type === 'markdown') return loadMarkdown(source)
    const printed = outputs
      .map(
        ({ text, data, ename, evalue }) => text ?? data?.['text/plain'] ?? (ename && `${ename}: ${evalue ?? ''}`) ?? '',
      )
      .join('\n')
      .trim()
    const code = (value: string, language: string | null): RootContent[] =>
      value.trim() === '' ? [] : [{ type: 'code', lang: language, value }]
    const children = [
      ...code(source, cell_type === 'code' ? lang : null),
      ...code(printed.slice(0, longestOutput), null),
    ]
    return { title: undefined, root: { type: 'root' as const, children } }
  })
  const title = loaded.find((cell) => cell.title !== undefined)?.title
  return { title, root: { type: 'root', children: loaded.flatMap(({ root }) => root.children) } }
}

function read(text: string): z.infer<typeof notebookSchema> {
  try {
    return notebookSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new FormatError('not a notebook that can be opened', { cause })
  }
}
