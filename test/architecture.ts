import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import t from 'tap'
import { root } from './running.ts'

interface Layer {
  readonly name: string
  readonly files: readonly string[]
  readonly mayImport: readonly string[]
}

/** The rows of ARCHITECTURE.md's table, from the top. */
const layers: Layer[] = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [a-z]+ +\| `/.test(line))
  .map((line) => {
    const [, name = '', files = '', , mayImport = ''] = line.split('|').map((cell) => cell.trim())
    return {
      name,
      files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
      mayImport: mayImport === '' ? [] : mayImport.split(', '),
    }
  })

const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => ending.test(name))

const sources = ['function', 'index', 'page', 'compare', 'eval']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => filesBelow(folder, /\.ts$/))

const layersOf = (path: string): string[] =>
  layers
    .filter(({ files }) => files.some((file) => (file.endsWith('/') ? path.startsWith(file) : path === file)))
    .map(({ name }) => name)

const importsOf = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, specifier = '']) => relative(root, join(root, dirname(path), specifier)).replaceAll('\\', '/'),
  )

t.test('every source stands in one layer, and every layer has sources', async (t) => {
  for (const source of sources) t.equal(layersOf(source).length, 1, source)
  for (const { name, files } of layers)
    for (const file of files)
      t.ok(
        sources.some((source) => source.startsWith(file)),
        `${name}: ${file}`,
      )
})

t.test('imports run the way that the layers do', async (t) => {
  let imports = 0
  for (const source of sources) {
    const own = layers.find(({ name }) => name === layersOf(source)[0])
    const allowed = [own?.name, ...(own?.mayImport ?? [])]
    for (const imported of importsOf(source)) {
      imports += 1
      t.ok(allowed.includes(layersOf(imported)[0]), `${source} (${own?.name}) imports ${imported}`)
    }
  }
  t.ok(imports > 100, 'the imports were found')
})

t.test('the tests stand where the sources do', async (t) => {
  const tests = ['function', 'index', 'compare', 'eval'].flatMap((folder) => filesBelow(`test/${folder}`, /\.ts$/))
  for (const test of tests) t.ok(sources.includes(test.replace('test/', '')), test)
})

t.test('no folder of sources has more than ten files', async (t) => {
  const counts = Map.groupBy(sources, (source) => dirname(source))
  // One file a format is what makes each easy to find; the ingest's steps read in the order of ingest.ts.
  const reasoned = ['index', 'index/formats', 'eval']
  for (const [folder, files] of counts)
    if (!reasoned.includes(folder)) t.ok(files.length <= 10, `${folder}: ${files.length}`)
})
