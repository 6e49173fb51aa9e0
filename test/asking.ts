import { copyFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'
import { chromiumPath, openBrowser, openPage } from './browser.ts'
import { type OllamaServer, saying, startOllama, toLine } from './ollama.ts'
import { makeTable, nowhere, type RunningFunction, root, startFunction } from './running.ts'

const long = Array.from(
  { length: 8 },
  (_, index) => `Life of pods, part ${index}: it goes on unwatched.\n- It goes on.`,
).join('\n\n')
const docs = {
  'kubernetes.md': `# Kubernetes

Kubernetes is a system that runs containers. It restarts them when they fail.

## Pods

${long}

A pod is the smallest thing that \`kubectl\` can delete.`,
  'knative.md': '# Knative\n\nKnative runs on Kubernetes. It scales a *service* to zero when nobody asks.',
  'hostile.txt':
    'Zebras have stripes. <img src="x" onerror="window.hacked = 1"> <script>window.hacked = 2</script> [zebra](javascript:window.hacked=3) <a href="javascript:window.hacked=4">zebra</a>',
  'okapis.txt': 'Okapis have stripes too [2]. They are shy.',
  'arabic.txt': 'كوبرنيتيس نظام مفتوح المصدر يشغل الحاويات على مجموعة من الأجهزة.',
  'example-questions.txt': 'What is Kubernetes?\nWhat does Knative scale?\n',
}

export const question = 'What is Kubernetes?'

type Chat = (body: Record<string, unknown>, response: ServerResponse) => void | Promise<void>

/** What the tests of the ask page share: documents, functions that answer from them, and a browser. */
export interface Stage {
  /** What the model says to the next question. */
  chat: Chat
  ollama: OllamaServer
  /** With a model, without one, and without the one that was ordered. */
  generated: RunningFunction
  quoting: RunningFunction
  strict: RunningFunction
  readonly serve: (t: Test, environment?: Record<string, string>) => Promise<RunningFunction>
  readonly open: (t: Test, url: string, options?: BrowserContextOptions) => Promise<Page>
  /** A test that a browser takes part in, and has nothing to complain of: no error on the console, no broken policy. */
  readonly browserTest: (name: string, run: (t: Test) => Promise<void>) => void
}

export function setStage(t: Test): Stage {
  const folder = t.testdir({ docs })
  const tableUri = join(folder, 'table')
  let browser: Browser
  let complaints: string[] = []
  // A browser on a busy machine takes its time.
  t.setTimeout(300_000)

  const serve: Stage['serve'] = (t, environment = {}) =>
    startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal', ...environment })
  const stage = {
    chat: saying(''),
    serve,
    async open(t: Test, url: string, options: BrowserContextOptions = {}) {
      const page = await openPage(t, browser, url, complaints, options)
      page.setDefaultTimeout(20_000)
      return page
    },
    browserTest(name: string, run: (t: Test) => Promise<void>) {
      const skip = chromiumPath === undefined ? { skip: 'there is no Chromium: apt-get install chromium' } : {}
      void t.test(name, skip, async (t) => {
        complaints = []
        await run(t)
        t.strictSame(complaints, [])
      })
    },
  } as Stage
  t.before(async () => {
    copyFileSync(join(root, 'test/fixtures/formats/manual.pdf'), join(folder, 'docs/manual.pdf'))
    await makeTable(join(folder, 'docs'), tableUri)
    stage.ollama = await startOllama(t, { chat: (body, response) => stage.chat(body, response) })
    stage.generated = await serve(t, { OLLAMA_HOST: stage.ollama.host })
    stage.quoting = await serve(t)
    stage.strict = await serve(t, { GENERATOR: 'ollama' })
    if (chromiumPath !== undefined) browser = await openBrowser(t)
  })
  t.beforeEach(() => {
    stage.chat = saying('Kubernetes runs containers [1].')
  })
  return stage
}

export async function ask(page: Page, text: string): Promise<void> {
  await page.fill('#question', text)
  await page.press('#question', 'Enter')
}

export async function answered(page: Page): Promise<string> {
  await page.waitForSelector('.turn:last-child .about:not([hidden])')
  return await page.innerText('.turn:last-child .answer')
}

export function linkTo(url: string, text: string): string {
  return `${url}/#q=${encodeURIComponent(text)}`
}

/** A chat that says each piece when it is told to. */
export function dictated(): { reply: Chat; say: (content: string, done?: boolean) => Promise<void> } {
  const begun = Promise.withResolvers<ServerResponse>()
  return {
    reply: (_, response) => begun.resolve(response),
    say: async (content, done = false) => {
      const response = await begun.promise
      response.write(
        toLine({ message: { role: 'assistant', content }, done, ...(done ? { done_reason: 'stop' } : {}) }),
      )
      if (done) response.end()
    },
  }
}
