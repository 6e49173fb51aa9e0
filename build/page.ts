// Makes the ask page: everything in page/ as one file that needs no other.
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

/** The page as HTML: its script and its style stand in it, minified. */
export async function buildPage(): Promise<string> {
  const { outputFiles } = await buildAssets()
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  return html
    .replace(/^\s+/gm, '')
    .replace('<link rel="stylesheet" href="style.css">', () => `<style>${textOf(outputFiles, '.css')}</style>`)
    .replace(
      '<script type="module" src="ask.ts"></script>',
      () => `<script type="module">${textOf(outputFiles, '.js')}</script>`,
    )
}

/** The files that the page's script is made of, for their licences. */
export async function listPageInputs(): Promise<string[]> {
  return Object.keys((await buildAssets()).metafile.inputs)
}

async function buildAssets() {
  return await build({
    absWorkingDir: root,
    entryPoints: [join(folder, 'ask.ts'), join(folder, 'style.css')],
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
    plugins: [leaveOut([...unwanted, strikethrough])],
    metafile: true,
  }).finally(stop)
}

function textOf(files: readonly OutputFile[], extension: string): string {
  const file = files.find(({ path }) => path.endsWith(extension))
  if (file === undefined) throw new Error(`page/ has no ${extension}`)
  return file.text.trim()
}
