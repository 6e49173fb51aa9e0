import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { chromiumPath, openBrowser, openPage } from './browser.ts'
import { type OllamaServer, saying, startOllama, toLine } from './ollama.ts'
import { makeTable, nowhere, type RunningFunction, root, startFunction } from './running.ts'

const long = Array.from(
  { length: 8 },
  (_, index) => `Life of pods, part ${index}: it goes on unwatched.\n- It goes on.`,
).join('\n\n')
const folder = t.testdir({
  docs: {
    'kubernetes.md': `# Kubernetes

Kubernetes is a system that runs containers. It restarts them when they fail.

## Pods

${long}

A pod is the smallest thing that \`kubectl\` can delete.`,
    'knative.md': '# Knative\n\nKnative runs on Kubernetes. It scales a *service* to zero when nobody asks.',
    'hostile.txt':
      'Zebras have stripes. <img src="x" onerror="window.hacked = 1"> <script>window.hacked = 2</script> [zebra](javascript:window.hacked=3) <a href="javascript:window.hacked=4">zebra</a>',
    'arabic.txt': 'كوبرنيتيس نظام مفتوح المصدر يشغل الحاويات على مجموعة من الأجهزة.',
    'example-questions.txt': 'What is Kubernetes?\nWhat does Knative scale?\n',
  },
})
const tableUri = join(folder, 'table')
const question = 'What is Kubernetes?'

// A browser on a busy machine takes its time.
t.setTimeout(300_000)

let chat: (body: Record<string, unknown>, response: ServerResponse) => void | Promise<void>
let ollama: OllamaServer
let generated: RunningFunction
let quoting: RunningFunction
let strict: RunningFunction
let browser: Browser

t.before(async () => {
  copyFileSync(join(root, 'test/fixtures/formats/manual.pdf'), join(folder, 'docs/manual.pdf'))
  await makeTable(join(folder, 'docs'), tableUri)
  ollama = await startOllama(t, { chat: (body, response) => chat(body, response) })
  generated = await serve(t, { OLLAMA_HOST: ollama.host })
  quoting = await serve(t)
  strict = await serve(t, { GENERATOR: 'ollama' })
  if (chromiumPath !== undefined) browser = await openBrowser(t)
})
t.beforeEach(() => {
  chat = saying('Kubernetes runs containers [1].')
})

/** A test that a browser takes part in, and has nothing to complain of: no error on the console, no broken policy. */
const browserTest = (name: string, run: (t: Test) => Promise<void>): void => {
  const skip = chromiumPath === undefined ? { skip: 'there is no Chromium: apt-get install chromium' } : {}
  void t.test(name, skip, async (t) => {
    complaints = []
    await run(t)
    t.strictSame(complaints, [])
  })
}

const serve = (t: Test, environment: Record<string, string> = {}): Promise<RunningFunction> =>
  startFunction(t, { TABLE_URI: tableUri, OLLAMA_HOST: nowhere, LOG_LEVEL: 'fatal', ...environment })

let complaints: string[] = []
const open = async (t: Test, url: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await openPage(t, browser, url, complaints, options)
  page.setDefaultTimeout(20_000)
  return page
}
const ask = async (page: Page, text: string): Promise<void> => {
  await page.fill('#question', text)
  await page.press('#question', 'Enter')
}
const answered = async (page: Page): Promise<string> => {
  await page.waitForSelector('#about:not([hidden])')
  return await page.innerText('#answer')
}
const linkTo = (url: string, text: string): string => `${url}/#q=${encodeURIComponent(text)}`

/** A chat that says each piece when it is told to. */
const dictated = (): { reply: typeof chat; say: (content: string, done?: boolean) => Promise<void> } => {
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

t.test('a browser gets the page, under 40 kB, with a policy that lets only its own script and style run', async (t) => {
  const response = await fetch(generated.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  t.equal(response.status, 200)
  t.match(Object.fromEntries(response.headers), {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    vary: 'accept',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  const html = await response.text()
  t.equal(html, readFileSync(join(root, 'function/http/page.html'), 'utf8'))
  t.ok(Buffer.byteLength(html) < 40_000, `${Buffer.byteLength(html)} bytes`)
  const policy = response.headers.get('content-security-policy') ?? ''
  t.match(policy, "default-src 'none'")
  t.match(policy, "frame-ancestors 'none'")
  t.notMatch(policy, /unsafe/)
  for (const element of ['script', 'style']) {
    const [, content = ''] = new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`).exec(html) ?? []
    const hash = createHash('sha256').update(content).digest('base64')
    t.match(policy, `${element}-src 'sha256-${hash}'`)
    t.equal(html.split(`<${element}`).length, 2, `one ${element}`)
  }
  t.notMatch(html, /innerHTML|insertAdjacent|document\.write|\son[a-z]+="|style="|(src|href)="(https?:)?\/\//)
})

t.test('the page is for browsers alone, and a question in the URL is answered', async (t) => {
  const cases = [
    ['/', '*/*', { name: 'ragfunction', examples: ['What is Kubernetes?', 'What does Knative scale?'] }],
    ['/', 'application/json', { name: 'ragfunction' }],
    ['/', 'application/json, text/html;q=0.5', { name: 'ragfunction' }],
    ['/', 'text/html;q=0, */*', { name: 'ragfunction' }],
    [`/?q=${encodeURIComponent(question)}`, 'text/html', { answered: true }],
  ] as const
  for (const [path, accept, expected] of cases) {
    const response = await fetch(generated.url + path, { headers: { accept } })
    t.match(await response.json(), expected, `${accept} at ${path}`)
  }
})

browserTest('an answer streams in, and its citations lead to the passages beneath', async (t) => {
  const { reply, say } = dictated()
  chat = reply
  const page = await open(t, generated.url)
  await page.evaluate(`
    window.announced = []
    new MutationObserver(() => announced.push(document.querySelector('#announcement').textContent))
      .observe(document.querySelector('#announcement'), { childList: true })
  `)
  await ask(page, question)
  await page.locator('#state', { hasText: /^Reading \d/ }).waitFor()
  t.equal(await page.innerText('#ask'), 'Stop')
  t.ok((await page.locator('#sources details').count()) > 0, 'the passages are there before the first word')
  t.equal(await page.locator('#sources details[open]').count(), 0)

  await say('Kubernetes **runs')
  await page.waitForSelector('#answer strong')
  t.equal(await page.innerText('#answer'), 'Kubernetes runs')
  t.equal(await page.innerText('#state'), 'Writing…')
  await say(' containers** [1].\n\nIt is ')
  await page.locator('#answer p').nth(1).waitFor()
  await page.evaluate(`
    document.querySelector('#answer p').kept = true
    getSelection().selectAllChildren(document.querySelector('#answer strong'))
  `)
  await say('made of pods [2].')
  await say('', true)
  t.equal(await answered(page), 'Kubernetes runs containers1.\n\nIt is made of pods2.')
  t.equal(await page.evaluate(`document.querySelector('#answer p').kept`), true, 'what was written is not made anew')
  t.equal(await page.evaluate('String(getSelection())'), 'runs containers', 'what was selected still is')
  t.equal(await page.innerText('#ask'), 'Ask')
  t.equal(await page.locator('#state').isVisible(), false)
  t.match(await page.innerText('#how'), /^Written by gemma3:1b · \d+/)

  const announced = (await page.evaluate('announced')) as string[]
  t.match(announced.join('|'), /^Searching the documents\|.*Reading \d passages?\|Writing\|/)
  t.match(announced.at(-1), 'Kubernetes **runs containers** [1].')
  t.equal(announced.filter((text) => text.includes('Kubernetes')).length, 1, 'the answer is announced once, whole')

  const cited = page.locator('#source-1')
  t.equal(await cited.getAttribute('open'), '')
  await cited.locator('summary').click()
  t.equal(await cited.getAttribute('open'), null)
  await page.click('#answer .cite:has-text("1")')
  t.equal(await cited.getAttribute('open'), '', 'a citation opens its passage')
  t.equal(await page.evaluate('document.activeElement.closest("details").id'), 'source-1', 'and moves the focus to it')
  t.match(await page.locator('#answer .cite').first().getAttribute('aria-label'), /^Passage 1, Kubernetes$/)
  t.match(new URL(page.url()).hash, `#q=${encodeURIComponent(question)}`, 'the question stays in the address')
})

browserTest('Esc and the button stop the model, and what was written stays', async (t) => {
  const page = await open(t, generated.url)
  for (const stop of [() => page.keyboard.press('Escape'), () => page.click('#ask')]) {
    const { reply, say } = dictated()
    chat = reply
    await ask(page, question)
    await say('Kubernetes runs')
    await page.waitForSelector('#answer p')
    await stop()
    t.match(await answered(page), 'Kubernetes runs')
    t.equal(await page.innerText('#how'), 'Stopped: the answer is not complete.')
    t.equal(await page.innerText('#ask'), 'Ask')
    const seen = ollama.seen.findLast(({ path }) => path === '/api/chat')
    while (seen?.aborted === false) await new Promise((resolve) => setTimeout(resolve, 10))
    t.equal(seen?.aborted, true, 'the model was stopped')
  }
})

browserTest('a question that the documents do not answer is refused, in words', async (t) => {
  const before = ollama.bodies('/api/chat').length
  const page = await open(t, linkTo(generated.url, 'Who painted the Quxolian Madonna?'))
  t.equal(await answered(page), 'The documents do not say.')
  t.match(await page.innerText('#notice'), /passage/)
  t.match(await page.innerText('#how'), /^No model was asked/)
  t.equal(await page.locator('#answer .cite').count(), 0)
  t.equal(ollama.bodies('/api/chat').length, before)
})

browserTest('without Ollama sentences are quoted, marked where they stand, and the notice says why', async (t) => {
  const page = await open(t, linkTo(quoting.url, question))
  t.match(await answered(page), 'Kubernetes is a system that runs containers.')
  t.match(await page.innerText('#notice'), 'Ollama does not answer.')
  t.match(await page.innerText('footer'), 'answers are extractive')
  t.equal(await page.innerText('#legend'), 'Highlighted: quoted word for word')
  t.match(await page.locator('mark').allInnerTexts(), ['Kubernetes is a system that runs containers.'])

  await ask(page, 'What is the smallest thing that kubectl can delete?')
  await page.locator('#answer', { hasText: 'smallest' }).waitFor()
  t.equal(
    (await page.locator('#source-1 mark').allInnerTexts()).join(''),
    'A pod is the smallest thing that kubectl can delete.',
    'code inside a quotation is marked with it',
  )
  t.strictSame(
    await page.evaluate(`(() => {
      const text = document.querySelector('#source-1 .long .text').getBoundingClientRect()
      const mark = document.querySelector('#source-1 mark').getBoundingClientRect()
      return [mark.top >= text.top, mark.bottom <= text.bottom]
    })()`),
    [true, true],
    'a long passage is cut to what was quoted',
  )
  const height = 'document.querySelector("#source-1").clientHeight'
  const cut = Number(await page.evaluate(height))
  await page.click('#source-1 .more')
  t.ok(Number(await page.evaluate(height)) > cut, 'and shown whole when asked')
})

browserTest('a passage of a document with pages says its page', async (t) => {
  const page = await open(t, linkTo(generated.url, 'What does the manual say about the pump?'))
  await answered(page)
  t.match(await page.innerText('#sources'), /manual\.pdf, page \d/)
})

browserTest('what a model claims is marked where the passage says it most nearly, or not at all', async (t) => {
  const cases = [
    ['When containers fail, they are restarted: it restarts them [1].', ['It restarts them when they fail.']],
    ['Bananas are yellow [1].', []],
    ['`array[1]` holds nothing.', []],
  ] as const
  const page = await open(t, generated.url)
  for (const [text, marked] of cases) {
    chat = saying(text)
    await ask(page, question)
    await answered(page)
    t.strictSame(await page.locator('mark').allInnerTexts(), marked, text)
  }
  t.equal(
    await page.innerText('#sources-label'),
    'Read, but not cited',
    'what nothing cites is not said to bear anything',
  )
})

browserTest('without the model that was ordered, the problem is shown with what had been found', async (t) => {
  const page = await open(t, linkTo(strict.url, question))
  await page.waitForSelector('#problem:not([hidden])')
  t.equal(await page.innerText('#problem h2'), 'Ollama cannot be reached')
  t.match(await page.innerText('#problem p'), 'Ollama does not answer.')
  t.match(await page.innerText('#sources'), 'kubernetes.md')
  t.match(await page.innerText('#announcement'), 'Ollama cannot be reached')
  await page.click('#problem button')
  await page.waitForSelector('#problem:not([hidden])')
  await ask(page, 'why '.repeat(600))
  await page.locator('#problem', { hasText: 'The question has 2399 characters; at most 2000 are read.' }).waitFor()
  t.equal(await page.locator('#sources').isVisible(), false)
})

browserTest('a model that fails midway leaves what it wrote, the problem, and what had been found', async (t) => {
  chat = (_, response) => {
    response.write(toLine({ message: { role: 'assistant', content: 'Kubernetes runs' }, done: false }))
    response.end(toLine({ error: 'the runner has stopped' }))
  }
  const page = await open(t, linkTo(generated.url, question))
  await page.waitForSelector('#problem:not([hidden])')
  t.equal(await page.innerText('#problem h2'), 'Ollama failed')
  t.equal(await page.innerText('#answer'), 'Kubernetes runs')
  t.match(await page.innerText('#sources'), /^Found all the same.*kubernetes\.md/s)
  t.equal(await page.innerText('#ask'), 'Ask')
})

browserTest('a service that is gone, or goes midway, is said to be', async (t) => {
  const { reply, say } = dictated()
  chat = reply
  const { url, child, exited } = await serve(t, { OLLAMA_HOST: ollama.host })
  const page = await open(t, url)
  await ask(page, question)
  await say('Kubernetes runs')
  await page.waitForSelector('#answer p')
  child.kill('SIGKILL')
  await exited
  await page.waitForSelector('#problem:not([hidden])')
  t.equal(await page.innerText('#problem h2'), 'The answer broke off')
  t.equal(await page.innerText('#answer'), 'Kubernetes runs')
  await page.click('#problem button')
  await page.locator('#problem', { hasText: 'The service cannot be reached' }).waitFor()
})

browserTest('at a full house the page says so, and asks again when it is told to', async (t) => {
  const { reply, say } = dictated()
  chat = reply
  const { url } = await serve(t, { OLLAMA_HOST: ollama.host, MAX_CONCURRENT_ANSWERS: '1', MAX_WAITING_ANSWERS: '0' })
  const first = fetch(`${url}/query?q=${encodeURIComponent(question)}`)
  await say('Kubernetes runs')
  const page = await open(t, linkTo(url, question))
  await page.waitForSelector('#problem:not([hidden])')
  t.match(
    await page.innerText('#problem'),
    /Too many questions are being answered at once.*Ask again in \d+ seconds?\./s,
  )
  await say(' containers [1].', true)
  t.equal((await first).status, 200)
  chat = saying('Kubernetes runs containers [1].')
  await page.click('#problem button')
  t.match(await answered(page), 'Kubernetes runs containers')
})

browserTest('where a token is needed the page asks for it, and keeps it in its tab', async (t) => {
  const { url } = await serve(t, { OLLAMA_HOST: ollama.host, API_TOKEN: 'correct-horse-battery' })
  const page = await open(t, linkTo(url, question))
  await page.waitForSelector('#token:not([hidden])')
  t.equal(await page.locator('#examples').isVisible(), false, 'nothing of the documents is shown before')
  t.equal(await page.innerText('footer'), '')

  await page.fill('#secret', 'wrong')
  await page.press('#secret', 'Enter')
  await page.waitForSelector('#problem:not([hidden])')
  t.match(await page.innerText('#problem'), /token/)
  await page.fill('#secret', 'correct-horse-battery')
  await page.press('#secret', 'Enter')
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.locator('#token').isVisible(), false)
  await page.locator('footer', { hasText: 'Index' }).waitFor()

  await page.reload()
  t.match(await answered(page), 'Kubernetes runs containers', 'the tab still has it')
  t.strictSame(await page.evaluate('[localStorage.length, document.cookie, location.search]'), [0, '', ''])
  const other = await open(t, url)
  await other.waitForSelector('#token:not([hidden])')
})

browserTest('a service that takes its time is waking up', async (t) => {
  const page = await open(t, generated.url)
  const held = Promise.withResolvers<void>()
  await page.route('**/query', async (route) => {
    await held.promise
    await route.continue()
  })
  await ask(page, question)
  await page.locator('#state', { hasText: /^Waking up/ }).waitFor()
  held.resolve()
  t.match(await answered(page), 'Kubernetes runs containers')
})

browserTest('hostile passages are shown as text and do nothing', async (t) => {
  const page = await open(t, linkTo(quoting.url, 'Do zebras have stripes?'))
  t.match(await answered(page), 'Zebras have stripes.')
  await page.evaluate(`for (const card of document.querySelectorAll('details')) card.open = true`)
  t.match(await page.innerText('#source-1'), '<img src="x" onerror="window.hacked = 1">')
  t.equal(await page.locator('main :is(img, script, a:not(.cite))').count(), 0)
  t.equal(await page.evaluate('window.hacked'), undefined)
})

browserTest("a model's Markdown becomes nodes, and its HTML, images and other links become text", async (t) => {
  const page = await open(t, generated.url)
  const cases = [
    ['one\ntwo\n\nthree', '<p dir="auto">one<br>two</p><p dir="auto">three</p>'],
    [
      '**a** *b* `c` snake_case_name 2 * 3 * 4',
      '<strong>a</strong> <em>b</em> <code>c</code> snake_case_name 2 * 3 * 4',
    ],
    [
      '- a\n- b\n  - c\n',
      /<ul dir="auto"><li dir="auto">a<\/li><li dir="auto">b<ul .*<li dir="auto">c<\/li><\/ul><\/li><\/ul>/,
    ],
    ['3. a\n4. b', '<ol dir="auto" start="3"><li dir="auto">a</li><li dir="auto">b</li></ol>'],
    ['```js\nlet a = b[1]\n```\nafter', '<code>let a = b[1]</code></pre><p dir="auto">after</p>'],
    [
      '| a | b |\n| - | - |\n| `c` | d [1] |',
      /<th dir="auto">b<\/th>.*<td dir="auto"><code>c<\/code><\/td><td dir="auto">d<a class="cite"/,
    ],
    [`${'> '.repeat(3000)}deep`, /deep/],
    ['## Title\n\n> quoted', /<h3 dir="auto">Title<\/h3><blockquote dir="auto"><p dir="auto">quoted/],
    [
      '[safe](https://example.org/a)',
      /<a href="https:\/\/example\.org\/a"[^>]* rel="noopener noreferrer nofollow">safe<\/a>/,
    ],
    ['see https://example.org/b.', /<a href="https:\/\/example\.org\/b"[^>]*>https:\/\/example\.org\/b<\/a>\./],
    ['[bad](javascript:window.hacked=1) [old](http://example.org)', '<p dir="auto">bad old</p>'],
    ['![pixel](https://example.org/p.png)', /^<p dir="auto"><a href="https:\/\/example\.org\/p\.png"/],
    [
      '<img src=x onerror="window.hacked=1"><script>1</script>',
      '&lt;img src=x onerror="window.hacked=1"&gt;&lt;script&gt;1&lt;/script&gt;',
    ],
  ] as const
  for (const [text, expected] of cases) {
    // As one token: a model is stopped after 1,024.
    chat = saying([text])
    await ask(page, question)
    await answered(page)
    t.match(await page.innerHTML('#answer'), expected, text)
  }
  t.equal(await page.locator('#answer :is(img, script)').count(), 0)
  t.equal(await page.evaluate('window.hacked'), undefined)
})

browserTest('a linked question is asked at once, and Back shows what was there before', async (t) => {
  const page = await open(t, linkTo(generated.url, question))
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.inputValue('#question'), question)
  t.match(await page.title(), question)
  chat = saying('Services, to zero [1].')
  await ask(page, 'What does Knative scale?')
  await page.locator('#answer', { hasText: /^Services/ }).waitFor()
  const asked = ollama.bodies('/api/chat').length
  await page.goBack()
  await page.locator('#answer', { hasText: /^Kubernetes/ }).waitFor()
  t.equal(await page.inputValue('#question'), question)
  t.equal(ollama.bodies('/api/chat').length, asked, 'without asking again')
  await page.click('h1 a')
  t.equal(await page.locator('#examples').isVisible(), true)
  t.equal(new URL(page.url()).hash, '')
})

browserTest('keys: the box has the focus, / gives it back, Enter asks, Shift+Enter does not', async (t) => {
  const page = await open(t, generated.url)
  const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id')
  t.equal(await focused(), 'question')
  await page.keyboard.type('What is')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('Kubernetes/Knative?')
  t.equal(await page.inputValue('#question'), 'What is\nKubernetes/Knative?')
  await page.keyboard.press('Enter')
  await answered(page)
  await page.focus('#copy-answer')
  await page.keyboard.press('/')
  t.equal(await focused(), 'question')
  t.equal(await page.inputValue('#question'), 'What is\nKubernetes/Knative?', 'the slash itself is not written')
})

browserTest('an example is asked with a click; the footer says what runs here', async (t) => {
  const page = await open(t, generated.url)
  await page.click('#examples button:has-text("What does Knative scale?")')
  await answered(page)
  t.equal(await page.inputValue('#question'), 'What does Knative scale?')
  t.match(
    await page.innerText('footer'),
    /Index\s+[0-9a-f]{8}\s+5 documents, \d+ chunks\s+full-text retrieval\s+gemma3:1b/,
  )
})

browserTest('the answer is copied with its sources, the question as a curl that asks it again', async (t) => {
  const page = await open(t, generated.url, { permissions: ['clipboard-read', 'clipboard-write'] })
  await ask(page, "What's Kubernetes?")
  await answered(page)
  const clipboard = (): Promise<unknown> => page.evaluate('navigator.clipboard.readText()')
  await page.click('#copy-answer')
  await page.waitForSelector('#copy-answer:has-text("Copied")')
  t.equal(await clipboard(), 'Kubernetes runs containers [1].\n\n[1] kubernetes.md')
  await page.click('#copy-curl')
  await page.waitForSelector('#copy-curl:has-text("Copied")')
  t.equal(
    await clipboard(),
    [
      `curl '${generated.url}/query'`,
      "-H 'content-type: application/json'",
      String.raw`-d '{"question":"What'\''s Kubernetes?"}'`,
    ].join(' \\\n  '),
  )
})

browserTest('over plain http, where there is no clipboard, copying still works', async (t) => {
  const page = await open(t, linkTo(generated.url.replace('127.0.0.1', 'elsewhere.test'), question))
  await answered(page)
  t.equal(await page.evaluate('navigator.clipboard'), undefined)
  await page.click('#copy-answer')
  await page.waitForSelector('#copy-answer:has-text("Copied")')
})

browserTest('right-to-left text runs right to left', async (t) => {
  const page = await open(t, linkTo(quoting.url, 'كوبرنيتيس'))
  await answered(page)
  const directionOf = (selector: string): Promise<unknown> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).direction`)
  for (const selector of ['#question', '#answer p', '#source-1 .text p'])
    t.equal(await directionOf(selector), 'rtl', selector)
  t.equal(await directionOf('#how'), 'ltr')
})

browserTest('axe finds nothing to complain of, light or dark, on a desktop or a phone', async (t) => {
  chat = saying(
    'Kubernetes **runs** `containers` [1].\n\n| a | b |\n| - | - |\n| c | d |\n\n```\ncode\n```\n\n[link](https://example.org)',
  )
  const states = [
    [generated.url, '#examples:not([hidden])'],
    [linkTo(generated.url, question), '#about:not([hidden])'],
    [linkTo(strict.url, question), '#problem:not([hidden])'],
  ] as const
  const views = [
    ['light', { width: 1280, height: 800 }],
    ['dark', { width: 390, height: 844 }],
  ] as const
  for (const [url, ready] of states) {
    const page = await open(t, url, { reducedMotion: 'reduce' })
    await page.waitForSelector(ready)
    await page.waitForSelector('footer p')
    await page.evaluate(axe.source)
    for (const [colorScheme, size] of views) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(size)
      t.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, 'nothing is cut off')
      const found = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as axe.AxeResults
      const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
      t.strictSame(violations, [], `${colorScheme}, ${ready}`)
    }
  }
})
