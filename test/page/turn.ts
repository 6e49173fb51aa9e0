import t from 'tap'
import { answered, ask, dictated, linkTo, question, setStage } from '../asking.ts'
import { saying, startOllama, toLine } from '../ollama.ts'

const stage = setStage(t)

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
  await page.locator('.turn:last-child .state', { hasText: 'From the documents, while gemma3:1b reads…' }).waitFor()
  t.match(await page.innerText('.turn:last-child .quotes'), /^Kubernetes is a system that runs containers\.\s?1$/m)
  t.ok(await page.isVisible('.turn:last-child .quotes'), 'the quoted answer is there while the model reads')
  t.equal(await page.innerText('#ask'), 'Stop')
  t.ok(
    (await page.locator('.turn:last-child .sources details').count()) > 0,
    'the passages are there before the first word',
  )
  t.equal(await page.locator('.turn:last-child .sources details[open]').count(), 0)

  await say('Kubernetes is a system that **runs containers, ')
  await page.waitForSelector('.turn:last-child .answer strong')
  t.match(await page.innerText('.turn:last-child .answer'), /^Kubernetes is a system that runs containers/)
  t.equal(await page.innerText('.turn:last-child .state'), 'Writing…')
  t.equal(
    await page.locator('.turn:last-child .quotes .prose').isVisible(),
    false,
    'what is written takes the place of the quotations',
  )
  await say('many** of them. \n\nIt restarts them ')
  await page.locator('.turn:last-child .answer p').nth(1).waitFor()
  await page.evaluate(`
    document.querySelector('.turn:last-child .answer p').kept = true
    getSelection().selectAllChildren(document.querySelector('.turn:last-child .answer strong'))
  `)
  await say('when they fail.')
  await say('', true)
  t.equal(
    await answered(page),
    'Kubernetes is a system that runs containers, many of them1.\n\nIt restarts them when they fail1.',
  )
  t.equal(
    await page.evaluate(`document.querySelector('.turn:last-child .answer p').kept`),
    true,
    'what was written is not made anew',
  )
  t.equal(await page.evaluate('String(getSelection())'), 'runs containers, many', 'what was selected still is')
  t.equal(await page.innerText('#ask'), 'Ask')
  t.equal(await page.locator('.turn:last-child .state').isVisible(), false)
  t.match(await page.innerText('.turn:last-child .how'), /^Written by gemma3:1b · \d+/)
  await page.click('.turn:last-child .quotes summary')
  t.ok(await page.locator('.turn:last-child .quotes .prose').isVisible(), 'which fold away beneath')

  const announced = (await page.evaluate('announced')) as string[]
  t.match(
    announced.join('|'),
    /^Searching the documents\|.*Reading \d passages?\|From the documents, while gemma3:1b reads\|Writing\|/,
  )
  t.match(announced.at(-1), 'Kubernetes is a system that **runs containers, many** of them')
  t.equal(announced.filter((text) => text.includes('Kubernetes')).length, 1, 'the answer is announced once, whole')

  const cited = page.locator('.turn:last-child .sources li:first-child details')
  t.equal(await cited.getAttribute('open'), '')
  await cited.locator('summary').click()
  t.equal(await cited.getAttribute('open'), null)
  await page.click('.turn:last-child .answer .cite:has-text("1")')
  t.equal(await cited.getAttribute('open'), '', 'a citation opens its passage')
  t.equal(
    await page.evaluate('document.activeElement.closest("details").id'),
    'sources-1-1',
    'and moves the focus to it',
  )
  t.match(
    await page.locator('.turn:last-child .answer .cite').first().getAttribute('aria-label'),
    /^Passage 1, Kubernetes$/,
  )
  t.match(new URL(page.url()).hash, `#q=${encodeURIComponent(question)}`, 'the question stays in the address')
})

stage.browserTest('Esc and the button stop the model, and what was written stays', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  for (const stop of [() => page.keyboard.press('Escape'), () => page.click('#ask')]) {
    const { reply, say } = dictated()
    stage.chat = reply
    await ask(page, question)
    await say('Kubernetes runs many ')
    await page.waitForSelector('.turn:last-child .answer p')
    await stop()
    t.match(await answered(page), /^Kubernetes/)
    t.equal(await page.innerText('.turn:last-child .how'), 'Stopped: the answer is not complete.')
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
  t.match(await page.innerText('.turn:last-child .notice'), /passage/)
  t.match(await page.innerText('.turn:last-child .how'), /^No model was asked/)
  t.equal(await page.locator('.turn:last-child .answer .cite').count(), 0)
  t.equal(stage.ollama.bodies('/api/chat').length, before)
})

stage.browserTest('without the model that was ordered, the problem is shown with what had been found', async (t) => {
  const page = await stage.open(t, linkTo(stage.strict.url, question))
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  t.equal(await page.innerText('.turn:last-child .problem h2'), 'Ollama cannot be reached')
  t.match(await page.innerText('.turn:last-child .problem p'), 'Ollama does not answer.')
  t.match(await page.innerText('.turn:last-child .sources'), 'kubernetes.md')
  t.match(await page.innerText('#announcement'), 'Ollama cannot be reached')
  await page.click('.turn:last-child .problem button')
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  await ask(page, 'why '.repeat(600))
  await page
    .locator('.turn:last-child .problem', { hasText: 'The question has 2399 characters; at most 2000 are read.' })
    .waitFor()
  t.equal(await page.locator('.turn:last-child .sources').isVisible(), false)
})

stage.browserTest('a model that fails midway leaves what it wrote, the problem, and what had been found', async (t) => {
  stage.chat = (_, response) => {
    response.write(toLine({ message: { role: 'assistant', content: 'Kubernetes runs' }, done: false }))
    response.end(toLine({ error: 'the runner has stopped' }))
  }
  const page = await stage.open(t, linkTo(stage.generated.url, question))
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  t.equal(await page.innerText('.turn:last-child .problem h2'), 'Ollama failed')
  t.match(await page.innerText('.turn:last-child .answer'), /^Kubernetes/)
  t.match(await page.innerText('.turn:last-child .sources'), /^Found all the same.*kubernetes\.md/s)
  t.equal(await page.innerText('#ask'), 'Ask')
})

stage.browserTest('a service that is gone, or goes midway, is said to be', async (t) => {
  const { reply, say } = dictated()
  stage.chat = reply
  const { url, child, exited } = await stage.serve(t, { OLLAMA_HOST: stage.ollama.host })
  const page = await stage.open(t, url)
  await ask(page, question)
  await say('Kubernetes runs many ')
  await page.waitForSelector('.turn:last-child .answer p')
  child.kill('SIGKILL')
  await exited
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  t.equal(await page.innerText('.turn:last-child .problem h2'), 'The answer broke off')
  t.match(await page.innerText('.turn:last-child .answer'), /^Kubernetes/)
  await page.click('.turn:last-child .problem button')
  await page.locator('.turn:last-child .problem', { hasText: 'The service cannot be reached' }).waitFor()
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
  await say('Kubernetes runs many ')
  const page = await stage.open(t, linkTo(url, question))
  await page.waitForSelector('.turn:last-child .problem:not([hidden])')
  t.match(
    await page.innerText('.turn:last-child .problem'),
    /Too many questions are being answered at once.*Ask again in \d+ seconds?\./s,
  )
  await say(' containers [1].', true)
  t.equal((await first).status, 200)
  stage.chat = saying('Kubernetes runs containers [1].')
  await page.click('.turn:last-child .problem button')
  t.match(await answered(page), 'Kubernetes runs containers')
})

stage.browserTest('a service that takes its time is waking up', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  const held = Promise.withResolvers<void>()
  await page.route('**/query', async (route) => {
    await held.promise
    await route.continue()
  })
  await ask(page, question)
  await page.locator('.turn:last-child .state', { hasText: /^Waking up/ }).waitFor()
  held.resolve()
  t.match(await answered(page), 'Kubernetes runs containers')
})

stage.browserTest('a question that waits says for what: for others, for the model to load, or to read', async (t) => {
  const page = await stage.open(t, stage.generated.url)
  const state = (said: string): Promise<void> =>
    page.locator('.turn:last-child .state', { hasText: `From the documents, while ${said}…` }).waitFor()
  const first = dictated()
  stage.chat = first.reply
  const asked = fetch(`${stage.generated.url}/query?q=${encodeURIComponent(question)}`)
  await first.say('Kubernetes runs many ')
  const second = dictated()
  stage.chat = second.reply
  await ask(page, question)
  await state('another question is answered')
  await first.say(' containers [1].', true)
  t.equal((await asked).status, 200)
  await state('gemma3:1b reads')
  await second.say('Kubernetes runs containers [1].', true)
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.locator('.turn:last-child .state').isVisible(), false)
})

stage.browserTest('while the model loads, the quoted answer is there to be read', async (t) => {
  const { host } = await startOllama(t, { loadMs: 120_000 })
  const { url } = await stage.serve(t, { OLLAMA_HOST: host })
  const page = await stage.open(t, linkTo(url, question))
  await page.locator('.state', { hasText: / loads…$/ }).waitFor()
  t.match(await page.innerText('.quotes'), 'Kubernetes is a system that runs containers.')
})
