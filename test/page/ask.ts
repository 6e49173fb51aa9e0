import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import t from 'tap'
import { answered, ask, dictated, linkTo, question, setStage } from '../asking.ts'
import { saying, toLine } from '../ollama.ts'

const stage = setStage(t)

const run = async (shell: string, command: string): Promise<string> =>
  (await promisify(execFile)(shell, ['-c', command])).stdout

t.test('the page is for browsers alone, and a question in the URL is answered', async (t) => {
  const { url } = stage.generated
  const page = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  t.match(await page.text(), /^<!doctype html>/)
  t.equal(page.headers.get('content-encoding'), 'gzip')
  const cases = [
    ['/', '*/*', { name: 'ragfunction', examples: ['What is Kubernetes?', 'What does Knative scale?'] }],
    ['/', 'application/json', { name: 'ragfunction' }],
    ['/', 'application/json, text/html;q=0.5', { name: 'ragfunction' }],
    ['/', 'text/html;q=0, */*', { name: 'ragfunction' }],
    [`/?q=${encodeURIComponent(question)}`, 'text/html', { answered: true }],
  ] as const
  for (const [path, accept, expected] of cases) {
    const response = await fetch(url + path, { headers: { accept } })
    t.match(await response.json(), expected, `${accept} at ${path}`)
  }
})

stage.browserTest('an answer streams in, and its citations lead to the passages beneath', async (t) => {
  const { reply, say } = dictated()
  stage.chat = reply
  const page = await stage.open(t, stage.generated.url)
  await page.evaluate(`
    window.announced = []
    new MutationObserver(() => announced.push(document.querySelector('#announcement').textContent))
      .observe(document.querySelector('#announcement'), { childList: true })
  `)
  await ask(page, question)
  await page.locator('.state', { hasText: 'From the documents, while gemma3:1b reads…' }).waitFor()
  t.match(await page.innerText('.quotes'), /^Kubernetes is a system that runs containers\.\s?1$/m)
  t.ok(await page.isVisible('.quotes'), 'the quoted answer is there while the model reads')
  t.equal(await page.innerText('#ask'), 'Stop')
  t.ok((await page.locator('.sources details').count()) > 0, 'the passages are there before the first word')
  t.equal(await page.locator('.sources details[open]').count(), 0)

  await say('Kubernetes **runs')
  await page.waitForSelector('.answer strong')
  t.equal(await page.innerText('.answer'), 'Kubernetes runs')
  t.equal(await page.innerText('.state'), 'Writing…')
  t.equal(await page.locator('.quotes .prose').isVisible(), false, 'what is written takes the place of the quotations')
  await say(' containers** [1].\n\nIt is ')
  await page.locator('.answer p').nth(1).waitFor()
  await page.evaluate(`
    document.querySelector('.answer p').kept = true
    getSelection().selectAllChildren(document.querySelector('.answer strong'))
  `)
  await say('made of pods [2].')
  await say('', true)
  t.equal(await answered(page), 'Kubernetes runs containers1.\n\nIt is made of pods2.')
  t.equal(await page.evaluate(`document.querySelector('.answer p').kept`), true, 'what was written is not made anew')
  t.equal(await page.evaluate('String(getSelection())'), 'runs containers', 'what was selected still is')
  t.equal(await page.innerText('#ask'), 'Ask')
  t.equal(await page.locator('.state').isVisible(), false)
  t.match(await page.innerText('.how'), /^Written by gemma3:1b · \d+/)
  await page.click('.quotes summary')
  t.ok(await page.locator('.quotes .prose').isVisible(), 'which fold away beneath')

  const announced = (await page.evaluate('announced')) as string[]
  t.match(
    announced.join('|'),
    /^Searching the documents\|.*Reading \d passages?\|From the documents, while gemma3:1b reads\|Writing\|/,
  )
  t.match(announced.at(-1), 'Kubernetes **runs containers** [1].')
  t.equal(announced.filter((text) => text.includes('Kubernetes')).length, 1, 'the answer is announced once, whole')

  const cited = page.locator('.sources li:first-child details')
  t.equal(await cited.getAttribute('open'), '')
  await cited.locator('summary').click()
  t.equal(await cited.getAttribute('open'), null)
  await page.click('.answer .cite:has-text("1")')
  t.equal(await cited.getAttribute('open'), '', 'a citation opens its passage')
  t.equal(
    await page.evaluate('document.activeElement.closest("details").id'),
    'sources-1-1',
    'and moves the focus to it',
  )
  t.match(await page.locator('.answer .cite').first().getAttribute('aria-label'), /^Passage 1, Kubernetes$/)
  t.match(new URL(page.url()).hash, `#q=${encodeURIComponent(question)}`, 'the question stays in the address')
})

stage.browserTest('Esc and the button stop the model, and what was written stays', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  for (const stop of [() => page.keyboard.press('Escape'), () => page.click('#ask')]) {
    const { reply, say } = dictated()
    stage.chat = reply
    await ask(page, question)
    await say('Kubernetes runs')
    await page.waitForSelector('.answer p')
    await stop()
    t.match(await answered(page), 'Kubernetes runs')
    t.equal(await page.innerText('.how'), 'Stopped: the answer is not complete.')
    t.equal(await page.innerText('#ask'), 'Ask')
    const seen = stage.ollama.seen.findLast(({ path }) => path === '/api/chat')
    while (seen?.aborted === false) await new Promise((resolve) => setTimeout(resolve, 10))
    t.equal(seen?.aborted, true, 'the model was stopped')
  }
})

stage.browserTest('a question that the documents do not answer is refused, in words', async (t) => {
  const before = stage.ollama.bodies('/api/chat').length
  const page = await stage.open(t, linkTo(stage.generated.url, 'Who painted the Quxolian Madonna?'))
  t.equal(await answered(page), 'The documents do not say.')
  t.match(await page.innerText('.notice'), /passage/)
  t.match(await page.innerText('.how'), /^No model was asked/)
  t.equal(await page.locator('.answer .cite').count(), 0)
  t.equal(stage.ollama.bodies('/api/chat').length, before)
})

stage.browserTest('without the model that was ordered, the problem is shown with what had been found', async (t) => {
  const page = await stage.open(t, linkTo(stage.strict.url, question))
  await page.waitForSelector('.problem:not([hidden])')
  t.equal(await page.innerText('.problem h2'), 'Ollama cannot be reached')
  t.match(await page.innerText('.problem p'), 'Ollama does not answer.')
  t.match(await page.innerText('.sources'), 'kubernetes.md')
  t.match(await page.innerText('#announcement'), 'Ollama cannot be reached')
  await page.click('.problem button')
  await page.waitForSelector('.problem:not([hidden])')
  await ask(page, 'why '.repeat(600))
  await page.locator('.problem', { hasText: 'The question has 2399 characters; at most 2000 are read.' }).waitFor()
  t.equal(await page.locator('.sources').isVisible(), false)
})

stage.browserTest('a model that fails midway leaves what it wrote, the problem, and what had been found', async (t) => {
  stage.chat = (_, response) => {
    response.write(toLine({ message: { role: 'assistant', content: 'Kubernetes runs' }, done: false }))
    response.end(toLine({ error: 'the runner has stopped' }))
  }
  const page = await stage.open(t, linkTo(stage.generated.url, question))
  await page.waitForSelector('.problem:not([hidden])')
  t.equal(await page.innerText('.problem h2'), 'Ollama failed')
  t.equal(await page.innerText('.answer'), 'Kubernetes runs')
  t.match(await page.innerText('.sources'), /^Found all the same.*kubernetes\.md/s)
  t.equal(await page.innerText('#ask'), 'Ask')
})

stage.browserTest('a service that is gone, or goes midway, is said to be', async (t) => {
  const { reply, say } = dictated()
  stage.chat = reply
  const { url, child, exited } = await stage.serve(t, { OLLAMA_HOST: stage.ollama.host })
  const page = await stage.open(t, url)
  await ask(page, question)
  await say('Kubernetes runs')
  await page.waitForSelector('.answer p')
  child.kill('SIGKILL')
  await exited
  await page.waitForSelector('.problem:not([hidden])')
  t.equal(await page.innerText('.problem h2'), 'The answer broke off')
  t.equal(await page.innerText('.answer'), 'Kubernetes runs')
  await page.click('.problem button')
  await page.locator('.problem', { hasText: 'The service cannot be reached' }).waitFor()
})

stage.browserTest('at a full house the page says so, and asks again when it is told to', async (t) => {
  const { reply, say } = dictated()
  stage.chat = reply
  const { url } = await stage.serve(t, {
    OLLAMA_HOST: stage.ollama.host,
    MAX_CONCURRENT_ANSWERS: '1',
    MAX_WAITING_ANSWERS: '0',
  })
  const first = fetch(`${url}/query?q=${encodeURIComponent(question)}`)
  await say('Kubernetes runs')
  const page = await stage.open(t, linkTo(url, question))
  await page.waitForSelector('.problem:not([hidden])')
  t.match(
    await page.innerText('.problem'),
    /Too many questions are being answered at once.*Ask again in \d+ seconds?\./s,
  )
  await say(' containers [1].', true)
  t.equal((await first).status, 200)
  stage.chat = saying('Kubernetes runs containers [1].')
  await page.click('.problem button')
  t.match(await answered(page), 'Kubernetes runs containers')
})

stage.browserTest('where a token is needed the page asks for it, and keeps it in its tab', async (t) => {
  const { url } = await stage.serve(t, { OLLAMA_HOST: stage.ollama.host, API_TOKEN: 'correct-horse-battery' })
  const page = await stage.open(t, linkTo(url, question))
  await page.waitForSelector('#token:not([hidden])')
  t.equal(await page.locator('#examples').isVisible(), false, 'nothing of the documents is shown before')
  t.equal(await page.innerText('footer'), '')

  await page.fill('#secret', 'wrong')
  await page.press('#secret', 'Enter')
  await page.waitForSelector('.problem:not([hidden])')
  t.match(await page.innerText('.problem'), /token/)
  await page.fill('#secret', 'correct-horse-battery')
  await page.press('#secret', 'Enter')
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.locator('#token').isVisible(), false)
  await page.locator('footer', { hasText: 'Index' }).waitFor()

  await page.reload()
  t.match(await answered(page), 'Kubernetes runs containers', 'the tab still has it')
  t.strictSame(await page.evaluate('[localStorage.length, document.cookie, location.search]'), [0, '', ''])
  const other = await stage.open(t, url)
  await other.waitForSelector('#token:not([hidden])')
})

stage.browserTest('a service that takes its time is waking up', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  const held = Promise.withResolvers<void>()
  await page.route('**/query', async (route) => {
    await held.promise
    await route.continue()
  })
  await ask(page, question)
  await page.locator('.state', { hasText: /^Waking up/ }).waitFor()
  held.resolve()
  t.match(await answered(page), 'Kubernetes runs containers')
})

stage.browserTest('a linked question is asked at once, and Back shows what was there before', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url, question))
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.inputValue('#question'), question)
  t.match(await page.title(), question)
  stage.chat = saying('Services, to zero [1].')
  await ask(page, 'What does Knative scale?')
  await page.locator('.answer', { hasText: /^Services/ }).waitFor()
  const asked = stage.ollama.bodies('/api/chat').length
  await page.goBack()
  await page.locator('.answer', { hasText: /^Kubernetes/ }).waitFor()
  t.equal(await page.inputValue('#question'), question)
  t.equal(stage.ollama.bodies('/api/chat').length, asked, 'without asking again')
  await page.click('h1 a')
  t.equal(await page.locator('#examples').isVisible(), true)
  t.equal(new URL(page.url()).hash, '')
})

stage.browserTest('keys: the box has the focus, / gives it back, Enter asks, Shift+Enter does not', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  const focused = (): Promise<unknown> => page.evaluate('document.activeElement.id')
  t.equal(await focused(), 'question')
  await page.keyboard.type('What is')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('Kubernetes/Knative?')
  t.equal(await page.inputValue('#question'), 'What is\nKubernetes/Knative?')
  await page.keyboard.press('Enter')
  await answered(page)
  await page.focus('.copy-answer')
  await page.keyboard.press('/')
  t.equal(await focused(), 'question')
  t.equal(await page.inputValue('#question'), 'What is\nKubernetes/Knative?', 'the slash itself is not written')
})

stage.browserTest('an example is asked with a click; the footer says what runs here', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  await page.click('#examples button:has-text("What does Knative scale?")')
  await answered(page)
  t.equal(await page.inputValue('#question'), 'What does Knative scale?')
  t.match(
    await page.innerText('footer'),
    /Index\s+[0-9a-f]{8}\s+5 documents, \d+ chunks\s+full-text retrieval\s+gemma3:1b/,
  )
})

stage.browserTest('the answer is copied with its sources, the question as a curl that asks it again', async (t) => {
  const options = { permissions: ['clipboard-read', 'clipboard-write'] }
  const copied = async (page: Page, button: string): Promise<string> => {
    await answered(page)
    await page.click(button)
    await page.waitForSelector(`${button}:has-text("Copied")`)
    return String(await page.evaluate('navigator.clipboard.readText()'))
  }
  const page = await stage.open(t, linkTo(stage.generated.url, question), options)
  t.equal(await copied(page, '.copy-answer'), 'Kubernetes runs containers [1].\n\n[1] kubernetes.md')
  const plain = await copied(page, '.copy-curl')
  t.equal(plain, `curl "${stage.generated.url}/query?q=What%20is%20Kubernetes%3F"`)
  t.equal(JSON.parse(await run('bash', plain)).answer, 'Kubernetes runs containers [1].')

  const hard = `What's "Kubernetes" & $HOME, \`id\`, 100%PATH%, (x)! ^*\\ für größe?`
  await ask(page, hard)
  const command = await copied(page, '.copy-curl')
  t.match(command, /^curl "http:[\w:/.?=%~-]+"$/, 'no character is one that bash, cmd or PowerShell read as their own')
  const echo = createServer(({ url = '' }, response) => response.end(new URL(url, 'http://echo').searchParams.get('q')))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => echo.close())
  const { port } = echo.address() as AddressInfo
  for (const shell of ['bash', 'sh']) {
    t.equal(await run(shell, command.replace(stage.generated.url, `http://127.0.0.1:${port}`)), hard, shell)
  }

  const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
  const onWindows = await stage.open(t, linkTo(stage.generated.url, question), { ...options, userAgent })
  t.equal(await copied(onWindows, '.copy-curl'), plain.replace('curl', 'curl.exe'))
})

stage.browserTest('over plain http, where there is no clipboard, copying still works', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url.replace('127.0.0.1', 'elsewhere.test'), question))
  await answered(page)
  t.equal(await page.evaluate('navigator.clipboard'), undefined)
  await page.click('.copy-answer')
  await page.waitForSelector('.copy-answer:has-text("Copied")')
})

stage.browserTest('axe finds nothing to complain of, light or dark, on a desktop or a phone', async (t) => {
  stage.chat = saying(
    'Kubernetes **runs** `containers` [1].\n\n| a | b |\n| - | - |\n| c | d |\n\n```\ncode\n```\n\n[link](https://example.org)',
  )
  const states = [
    [stage.generated.url, '#examples:not([hidden])'],
    [linkTo(stage.generated.url, question), '.about:not([hidden])'],
    [linkTo(stage.strict.url, question), '.problem:not([hidden])'],
  ] as const
  const views = [
    ['light', { width: 1280, height: 800 }],
    ['dark', { width: 390, height: 844 }],
  ] as const
  for (const [url, ready] of states) {
    const page = await stage.open(t, url, { reducedMotion: 'reduce' })
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
