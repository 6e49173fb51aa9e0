import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { createAdmission } from '../function/admission.ts'
import { streamEventSchemas } from '../function/contract/replies.ts'
import { paths } from '../function/http/request.ts'
import { problems } from '../function/http/response.ts'
import { createObserver } from '../function/operations/observe.ts'
import { toReport } from '../index/report.ts'
import { manifest } from './fixtures/manifest.ts'
import { root } from './running.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const docs = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const everything = docs.map(read).join('\n')
const found = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name))

t.test('every endpoint is documented, and no other', async (t) => {
  const [, section = ''] = read('README.md').split('## HTTP')
  const table = section.split('##')[0] ?? ''
  const documented = found(table, /(?<=[` ])(\/[a-z0-9/.]*)(?=[`?])/g)
  t.strictSame([...documented].sort(), Object.keys(paths).sort())
})

t.test('every event of a stream is documented, and no other', async (t) => {
  const page = read('docs/http.md')
  for (const name of Object.keys(streamEventSchemas)) t.match(page, `\`${name}\``, name)
  for (const name of found(page, /^event: (\w+)$/gm)) t.ok(Object.hasOwn(streamEventSchemas, name), name)
})

t.test('every error is documented with its status, and no other', async (t) => {
  const [, section = ''] = read('docs/troubleshooting.md').split('## What each error says')
  const documented = found(section, /^\| (\d{3} `[^`]+`) +\|/gm)
  t.strictSame([...documented].sort(), [...new Set(problems.map(([status, title]) => `${status} \`${title}\``))].sort())
})

t.test('every metric is documented, and no other', async (t) => {
  const observer = createObserver(
    { logLevel: 'silent', sink: null, unansweredText: false },
    manifest,
    createAdmission(1, 1),
  )
  const { text } = await observer.metrics()
  const own = found(text, /^# HELP (ragfunction_\w+)/gm)
  t.strictSame([...found(read('docs/http.md'), /\| `(ragfunction_\w+)`/g)].sort(), [...own].sort())
  for (const name of found(everything, /(ragfunction_[a-z_]+[a-z])/g))
    t.ok(own.has(name.replace(/_(bucket|sum|count)$/, '')), name)
})

t.test('every field of the report is documented, and no other', async (t) => {
  const report = toReport(
    {
      manifest,
      skipped: [],
      partly: [{ source: 'a.md', lost: ['1 chart'] }],
      leftOut: [],
      sources: ['a.md'],
      reused: 0,
      bytes: 1,
      seconds: 1,
    },
    'table',
  )
  const fields = found(report, /^(\w+)/gm)
  t.strictSame([...found(read('docs/your-own-documents.md'), /^\| `(\w+)` +\|/gm)].sort(), [...fields].sort())
})

t.test('every command and its options are documented, and no other', async (t) => {
  const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts
  const rows = new Map(
    [...read('docs/commands.md').matchAll(/^\| `npm (?:run )?([\w:]+)` +\|(.*)$/gm)].map(([, name = '', row = '']) => [
      name,
      row,
    ]),
  )
  t.strictSame(
    [...rows.keys()].sort(),
    Object.keys(scripts)
      .filter((name) => name !== 'prestart')
      .sort(),
  )
  for (const [name, row] of rows) {
    const file = /^node (?:--\S+ )*(\S+\.ts)$/.exec(scripts[name] ?? '')?.[1]
    if (file === undefined || file.startsWith('test/')) continue
    const { stdout } = await promisify(execFile)(process.execPath, [file, '--help'], { cwd: root })
    const options = found(stdout, /(?<=^ +|\[)(--[a-z][a-z-]+)/gm)
    options.delete('--help')
    t.strictSame([...found(row, /`(--[a-z][a-z-]+)`/g)].sort(), [...options].sort(), name)
  }
})

t.test('every option of ours in a command line of the documentation exists', async (t) => {
  const known = found(read('docs/commands.md'), /`(--[a-z][a-z-]+)`/g).add('--help')
  for (const [line] of everything.matchAll(/npm run [\w:]+ -- .*$/gm))
    for (const option of found(line.split('#')[0]?.split('`')[0] ?? '', /(?<=\s)(--[a-z][a-z-]+)/g))
      t.ok(known.has(option), `${option} in ${line}`)
})

t.test('every setting in the documentation exists', async (t) => {
  const { variables } = await import('../function/config.ts')
  // Other programs' own variables, which the pages name.
  const others =
    /^(AWS_|LANCEDB_|OLLAMA_(NUM_PARALLEL|MAX_QUEUE|MAX_LOADED_MODELS|CONTEXT_LENGTH|KEEP_ALIVE)$|OTEL_|K_|NODE_|TMPDIR$|SELF_SIGNED|USE_MOCK_LLM$|IVF_|RSS$|HTTPS?_PROXY$|NO_PROXY$)/
  for (const name of found(everything, /`([A-Z]+(?:_[A-Z]+)+)(?=[`=])/g))
    t.ok(Object.hasOwn(variables, name) || others.test(name), name)
})

t.test('every page that the documentation links is there', async (t) => {
  for (const page of docs)
    for (const target of found(read(page), /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g))
      t.ok(existsSync(join(root, dirname(page), target)), `${page}: ${target}`)
})
