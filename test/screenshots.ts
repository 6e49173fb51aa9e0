import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import t from 'tap'
import { compare } from '../compare/compare.ts'
import { toPage } from '../compare/report/page.ts'
import { readConfig } from '../function/config.ts'
import { openTable } from '../function/table/open.ts'
import { openBrowser, openPage } from './browser.ts'
import { silent, startOllama, toLine } from './ollama.ts'
import { makeTable, nowhere, root, startFunction } from './running.ts'

/** npm run screenshots: the ask page and a comparison as they look, into docs/images. The model's words are scripted; all else is as it runs. */
const folder = join(root, 'docs/images')
const question = 'What does scale to zero cost?'
const answer = `Scaling to zero costs **time on the first request**: the caller waits while a pod is scheduled, its container starts and the program becomes ready [1]. In return an idle service uses no CPU and no memory [1].

To keep the cold start short:

- Do little before listening: import only what is used [3].
- Open files lazily, and bundle many small files into one [3].

Where that is still too long, \`min-scale: "1"\` on the revision template keeps one pod at all times [3].`
const further = 'And how do I keep one pod at all times?'
const furtherAnswer =
  'Set `min-scale: "1"` on the revision template: that keeps one pod at all times. It guarantees answers within 90 ms.'
const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } }

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
if (values.help) {
  console.log(
    'Makes docs/images anew: the ask page and a comparison as they look. Needs chromium.\n\n  npm run screenshots',
  )
  process.exit(0)
}

t.setTimeout(300_000)
t.test('screenshots', async (t) => {
  mkdirSync(folder, { recursive: true })
  const table = join(t.testdir(), 'table')
  await makeTable(join(root, 'documents'), table)
  const ollama = await startOllama(t, {
    chat: async (body, response) => {
      const isFurther = JSON.stringify(body).includes(further)
      for (const content of (isFurther ? furtherAnswer : answer).split(/(?<= )/)) {
        await wait(25)
        response.write(toLine({ message: { role: 'assistant', content }, done: false }))
      }
      response.end(toLine({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }))
    },
  })
  const reading = await startOllama(t, { chat: silent })
  const environment = { TABLE_URI: table, LOG_LEVEL: 'fatal' }
  const writing = await startFunction(t, { ...environment, OLLAMA_HOST: ollama.host })
  const waiting = await startFunction(t, { ...environment, OLLAMA_HOST: reading.host })
  const quoting = await startFunction(t, { ...environment, OLLAMA_HOST: nowhere })
  const strict = await startFunction(t, { ...environment, OLLAMA_HOST: nowhere, GENERATOR: 'ollama' })
  const browser = await openBrowser(t)

  const linkTo = (url: string, text: string): string => `${url}/#q=${encodeURIComponent(text)}`
  const scenes = {
    start: [writing.url, '#examples', ['desktop light', 'phone dark']],
    reading: [linkTo(waiting.url, question), '.quotes', ['desktop light', 'phone dark']],
    writing: [linkTo(writing.url, question), '.answer .cite', ['desktop light']],
    answer: [linkTo(writing.url, question), '.about', ['desktop light', 'desktop dark', 'phone light', 'phone dark']],
    thread: [linkTo(writing.url, question), '.about', ['desktop light', 'phone dark'], further],
    quoted: [linkTo(quoting.url, 'Why did my pod come back after I deleted it?'), '.about', ['desktop light']],
    refused: [linkTo(quoting.url, 'What is the capital of Australia?'), '.about', ['phone light']],
    problem: [linkTo(strict.url, 'What is Kubernetes?'), '.problem', ['desktop dark']],
  } as const
  for (const [name, [url, ready, views, more]] of Object.entries(scenes)) {
    for (const view of views) {
      const [size, colorScheme] = view.split(' ') as [keyof typeof sizes, 'light' | 'dark']
      const complaints: string[] = []
      const page = await openPage(t, browser, url, complaints, {
        viewport: sizes[size],
        colorScheme,
        hasTouch: size === 'phone',
        isMobile: size === 'phone',
      })
      await page.locator(`${ready}:not([hidden])`).first().waitFor()
      await page.locator('footer p').first().waitFor()
      if (more !== undefined) {
        await page.fill('#question', more)
        await page.press('#question', 'Enter')
        await page.locator(`.turn:last-child ${ready}:not([hidden])`).waitFor()
        await page.evaluate('scrollTo(0, 0)')
      }
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) })
      t.strictSame(complaints, [])
      // The model answers one at a time.
      await page.context().close()
    }
  }
})

t.test('a comparison', async (t) => {
  const place = t.testdir()
  const [old, edited] = [join(root, 'documents'), join(place, 'documents')]
  cpSync(old, edited, { recursive: true })
  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(join(edited, path), change(readFileSync(join(edited, path), 'utf8')))
  rmSync(join(edited, 'kubernetes/probes.md'))
  renameSync(join(edited, 'minikube/overview.md'), join(edited, 'minikube/minikube.md'))
  edit('knative/scale-to-zero.md', (text) => text.replace(/^## What scale to zero costs you[\s\S]*?(?=^## )/m, ''))
  edit('kubernetes/pods.md', (text) =>
    text.replace('Most pods hold a single container', 'Nine pods of ten hold a single container'),
  )
  edit('ollama/overview.md', (text) => `${text}\n## Where models are kept\n\nModels are kept in ~/.ollama/models.\n`)
  writeFileSync(join(edited, 'knative/canaries.md'), '# Canaries\n\nA canary gets one question in ten.\n')
  const side = async (name: string, folder: string): Promise<Parameters<typeof compare>[0]['before']> => {
    const uri = join(place, name)
    await makeTable(folder, uri)
    return { name, kind: 'table', uri, table: await openTable(uri), skipped: new Map() }
  }
  const comparison = await compare(
    { before: await side('table', old), after: await side('new-table', edited) },
    {
      config: readConfig({ OLLAMA_HOST: nowhere }),
      questions: undefined,
      limit: 500,
      onAsked: () => undefined,
      signal: new AbortController().signal,
    },
  )
  writeFileSync(join(place, 'compare.html'), await toPage(comparison))
  const browser = await openBrowser(t)
  for (const view of ['desktop light', 'desktop dark', 'phone dark']) {
    const [size, colorScheme] = view.split(' ') as [keyof typeof sizes, 'light' | 'dark']
    const complaints: string[] = []
    const { width, height } = sizes[size]
    // Down to the first answer, side by side.
    const options = { viewport: { width, height: height + 320 }, colorScheme }
    const page = await openPage(t, browser, pathToFileURL(join(place, 'compare.html')).href, complaints, options)
    await page.screenshot({ path: join(folder, `compare-${size}-${colorScheme}.png`) })
    t.strictSame(complaints, [])
  }
})
