// The licences of whatever the bundle has taken in, as those licences ask: beside the copy, with their notices.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const notice = /^(licen[cs]e|copying|notice)/i

interface Package {
  readonly name: string
  readonly version: string
  readonly license?: string | { readonly type?: string }
  readonly author?: string | { readonly name?: string }
}

/** The files that went into a bundle -> the notices of their packages, one after the other, each package once. */
export async function toNotices(inputs: readonly string[]): Promise<string> {
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  const notices = await Promise.all([...folders].sort().map((folder) => readNotice(join(root, folder))))
  return `${[...new Set(notices)].join(`\n${'-'.repeat(80)}\n\n`)}`
}

async function readNotice(folder: string): Promise<string> {
  const { name, version, license, author }: Package = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const files = (await readdir(folder)).filter((file) => notice.test(file)).sort()
  const texts = await Promise.all(files.map(async (file) => (await readFile(join(folder, file), 'utf8')).trim()))
  const terms = typeof license === 'object' ? license.type : license
  const by = typeof author === 'object' ? author.name : author
  // A few packages name their licence and bring no text of it.
  const text = texts.length > 0 ? texts.join('\n\n') : `Copyright ${by ?? `the authors of ${name}`}`
  return `${name} ${version} (${terms ?? 'see below'})\n\n${text}\n`
}
