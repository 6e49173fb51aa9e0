// Makes the pages: the ask page of everything in page/, and /docs of page/docs/, each as one file that needs no other.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type OutputFile, stop } from 'esbuild'
import { leaveOut, type Unreached } from './leave-out.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'page')

/** What markdown-it brings and the page does not want: raw HTML, and marks that CommonMark does not have or a model does not mean. */
const unwanted: readonly Unreached[] = [
  ...['rules_block/html_block', 'rules_block/lheading', 'rules_block/reference'],
  ...['rules_inline/html_inline', 'rules_inline/linkify'],
].map((name) => ({ file: `markdown-it/lib/${name}.mjs`, contents: 'export default () => false' }))
const strikethrough: Unreached = {
  file: 'markdown-it/lib/rules_inline/strikethrough.mjs',
  contents: 'export default { tokenize: () => false, postProcess() {} }',
}
/** Tables of Unicode and of HTML's names, 25 kB of them; a browser has the one, and few of the others are ever written. */
const alias = {
  entities: './page/text/characters.ts',
  'uc.micro': './page/text/characters.ts',
  mdurl: './page/text/characters.ts',
}

/** What each page is made from. */
export const pages = {
  page: { html: 'index.html', script: 'ask.ts', style: 'style.css' },
  docs: { html: 'docs/index.html', script: 'docs/docs.ts', style: 'docs/docs.css' },
} as const
export type PageName = keyof typeof pages

/** A page as HTML: its script and its style stand in it, minified. */
export async function buildPage(name: PageName): Promise<string> {
  const { outputFiles } = await buildAssets(name)
  const html = await readFile(join(folder, pages[name].html), 'utf8')
  return html
    .replace(/^\s+/gm, '')
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${textOf(outputFiles, '.css')}</style>`)
    .replace(
      /<script type="module"[^>]*><\/script>/,
      () => `<script type="module">${textOf(outputFiles, '.js')}</script>`,
    )
}

/** The files that the pages' scripts are made of, for their licences. */
export async function listPageInputs(): Promise<string[]> {
  return Object.keys((await buildAssets('page')).metafile.inputs)
}

async function buildAssets(name: PageName) {
  return await build({
    absWorkingDir: root,
    entryPoints: [join(folder, pages[name].script), join(folder, pages[name].style)],
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    alias,
    tsconfigRaw: '{}',
    // Only the ask page reads Markdown.
    plugins: name === 'page' ? [leaveOut([...unwanted, strikethrough])] : [],
    metafile: true,
  }).finally(stop)
}

function textOf(files: readonly OutputFile[], extension: string): string {
  const file = files.find(({ path }) => path.endsWith(extension))
  if (file === undefined) throw new Error(`page/ has no ${extension}`)
  return file.text.trim()
}
