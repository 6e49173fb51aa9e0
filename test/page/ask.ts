import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import t from 'tap'
import { answered, ask, linkTo, question, setStage } from '../asking.ts'
import { saying, silent } from '../ollama.ts'

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

stage.browserTest('where a token is needed the page asks for it, and keeps it in its tab', async (t) => {
  const { url } = await stage.serve(t, { OLLAMA_HOST: stage.ollama.host, API_TOKEN: 'correct-horse-battery' })
  const page = await stage.open(t, linkTo(url, question))
  await page.waitForSelector('#token:not([hidden])')
  t.equal(await page.locator('#examples').isVisible(), false, 'nothing of the documents is shown before')
  t.equal(await page.innerText('footer'), '')

  await page.fill('#secret', 'wrong')
  await page.press('#secret', 'Enter')
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  t.match(await page.innerText('.turn:last-child .problem'), /token/)
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

stage.browserTest(
  'a thread: questions stand one below the other, and a reload or Back asks nothing again',
  async (t) => {
    const page = await stage.open(t, stage.generated.url)
    const questions = (): Promise<string[]> => page.locator('.asked-for').allInnerTexts()
    await ask(page, question)
    await answered(page)
    t.equal(await page.inputValue('#question'), '', 'the box is ready for the next')
    stage.chat = saying('Services, to zero [1].')
    await ask(page, 'What does Knative scale?')
    t.match(await answered(page), 'Services')
    t.strictSame(await questions(), [question, 'What does Knative scale?'])
    t.ok(
      await page.evaluate(`document.querySelectorAll('.asked-for')[1].getBoundingClientRect().top < 60`),
      'the new question is at the top',
    )
    const first = page.locator('.turn').first()
    t.equal(await first.locator('.sources').isVisible(), false, 'the passages of an earlier answer are folded away')
    await first.locator('.answer .cite').click()
    t.ok(await first.locator('mark').first().isVisible(), 'until its citation is followed')
    await first.locator('.see-passages').click()
    t.equal(await first.locator('.sources').isVisible(), false)

    const asked = stage.ollama.bodies('/api/chat').length
    await page.reload()
    t.match(await answered(page), 'Services')
    t.strictSame(await questions(), [question, 'What does Knative scale?'])
    await page.goBack()
    t.strictSame(await questions(), [question])
    await page.goForward()
    t.strictSame(await questions(), [question, 'What does Knative scale?'])
    await page.click('#afresh')
    t.strictSame(await questions(), [])
    t.equal(await page.locator('#examples').isVisible(), true)
    await page.goBack()
    t.strictSame(await questions(), [question, 'What does Knative scale?'])
    t.equal(stage.ollama.bodies('/api/chat').length, asked)
    const elsewhere = await stage.open(t, page.url())
    await answered(elsewhere)
    t.equal(await elsewhere.locator('.turn').count(), 1, 'what is linked stands alone in another tab')
  },
)

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
  await page.focus('.turn:last-child .copy-answer')
  await page.keyboard.press('/')
  t.equal(await focused(), 'question')
  t.equal(await page.inputValue('#question'), '', 'the slash itself is not written')
  await page.keyboard.press('ArrowUp')
  t.equal(await page.inputValue('#question'), 'What is\nKubernetes/Knative?', 'ArrowUp brings the last question back')
})

stage.browserTest('an example is asked with a click; the footer says what runs here', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  await page.click('#examples button:has-text("What does Knative scale?")')
  await answered(page)
  t.equal(await page.innerText('.asked-for'), 'What does Knative scale?')
  t.match(
    await page.innerText('footer'),
    /Index\s+[0-9a-f]{8}\s+6 documents, \d+ chunks\s+full-text retrieval\s+gemma3:1b/,
  )
})

stage.browserTest('the answer is copied with its sources, the question as a curl that asks it again', async (t) => {
  const options = { permissions: ['clipboard-read', 'clipboard-write'] }
  const copied = async (page: Page, button: string): Promise<string> => {
    await answered(page)
    await page.click(`.turn:last-child ${button}`)
    await page.waitForSelector(`.turn:last-child ${button}:has-text("Copied")`)
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
    t.equal(
      await run(shell, command.replace(stage.generated.url, `http://127.0.0.1:${port}`)),
      `${question} ${hard}`,
      shell,
    )
  }

  const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
  const onWindows = await stage.open(t, linkTo(stage.generated.url, question), { ...options, userAgent })
  t.equal(await copied(onWindows, '.copy-curl'), plain.replace('curl', 'curl.exe'))
})

stage.browserTest('over plain http, where there is no clipboard, copying still works', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url.replace('127.0.0.1', 'elsewhere.test'), question))
  await answered(page)
  t.equal(await page.evaluate('navigator.clipboard'), undefined)
  await page.click('.turn:last-child .copy-answer')
  await page.waitForSelector('.turn:last-child .copy-answer:has-text("Copied")')
})

stage.browserTest('axe finds nothing to complain of, light or dark, on a desktop or a phone', async (t) => {
  stage.chat = saying(
    'Kubernetes **runs** `containers` [1].\n\n| a | b |\n| - | - |\n| c | d |\n\n```\ncode\n```\n\n[link](https://example.org)',
  )
  const states = [
    [stage.generated.url, '#examples:not([hidden])'],
    [linkTo(stage.generated.url, question), '.about:not([hidden])'],
    [linkTo(stage.strict.url, question), '.problem:not([hidden])'],
    [linkTo(stage.generated.url, question), '.turn + .turn .about:not([hidden])', 'What does Knative scale?'],
    // Last, since the model then answers nobody else.
    [linkTo(stage.generated.url, question), '.quotes:not([hidden])', 'silence'],
  ] as const
  const views = [
    ['light', { width: 1280, height: 800 }],
    ['dark', { width: 390, height: 844 }],
  ] as const
  for (const [url, ready, then] of states) {
    if (then === 'silence') stage.chat = silent
    const page = await stage.open(t, url, { reducedMotion: 'reduce' })
    if (then !== undefined && then !== 'silence') {
      await answered(page)
      await ask(page, then)
    }
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
