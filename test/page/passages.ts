import t from 'tap'
import { answered, ask, linkTo, question, setStage } from '../asking.ts'
import { saying } from '../ollama.ts'

const stage = setStage(t)
/** What is underlined in the last answer. */
const doubts = `[...(CSS.highlights.get('doubtful') ?? [])]
  .filter((range) => document.querySelector('.turn:last-child').contains(range.startContainer))
  .map(String)`

stage.browserTest(
  'without Ollama sentences are quoted, marked where they stand, and the notice says why',
  async (t) => {
    const page = await stage.open(t, linkTo(stage.quoting.url, question))
    t.match(await answered(page), 'Kubernetes is a system that runs containers.')
    t.match(await page.innerText('.turn:last-child .notice'), 'Ollama does not answer.')
    t.match(await page.innerText('footer'), 'Answers are extractive')
    t.equal(await page.innerText('.turn:last-child .legend'), 'Highlighted: the words it stands on')
    t.match(await page.locator('.turn:last-child mark').allInnerTexts(), [
      'Kubernetes is a system that runs containers.',
    ])

    await ask(page, 'What is the smallest thing that kubectl can delete?')
    await page.locator('.turn:last-child .answer', { hasText: 'smallest' }).waitFor()
    t.equal(
      (await page.locator('.turn:last-child .sources li:first-child details mark').allInnerTexts()).join(''),
      'A pod is the smallest thing that kubectl can delete.',
      'code inside a quotation is marked with it',
    )
    t.strictSame(
      await page.evaluate(`(() => {
      const text = document.querySelector('.turn:last-child .sources li:first-child details .long .text').getBoundingClientRect()
      const mark = document.querySelector('.turn:last-child .sources li:first-child details mark').getBoundingClientRect()
      return [mark.top >= text.top, mark.bottom <= text.bottom]
    })()`),
      [true, true],
      'a long passage is cut to what was quoted',
    )
    const height = 'document.querySelector(".turn:last-child .sources li:first-child details").clientHeight'
    const cut = Number(await page.evaluate(height))
    await page.click('.turn:last-child .sources li:first-child details .more')
    t.ok(Number(await page.evaluate(height)) > cut, 'and shown whole when asked')
  },
)

stage.browserTest('lists in a passage keep their bullets and all of their numbers', async (t) => {
  const page = await stage.open(t, linkTo(stage.quoting.url, question))
  await answered(page)
  t.strictSame(
    await page.evaluate(`(() => {
      const text = document.querySelector('.turn:last-child .sources .text')
      text.replaceChildren(document.createElement('ol'))
      text.querySelector('ol').start = 1128
      text.querySelector('ol').append(document.createElement('li'))
      text.querySelector('li').append('One', document.createElement('ul'))
      const kinds = ['ol', 'ul'].map((name) => getComputedStyle(text.querySelector(name)).listStyleType)
      const item = text.querySelector('li').getBoundingClientRect()
      text.querySelector('ol').style.listStylePosition = 'inside'
      const range = document.createRange()
      range.selectNodeContents(text.querySelector('li').firstChild)
      const marker = range.getBoundingClientRect().left - text.querySelector('li').getBoundingClientRect().left
      return [...kinds, item.left - text.getBoundingClientRect().left >= marker]
    })()`),
    ['decimal', 'square', true],
  )
})

stage.browserTest('a passage of a document with pages says its page', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url, 'What does the manual say about the pump?'))
  await answered(page)
  t.match(await page.innerText('.turn:last-child .sources'), /manual\.pdf, page \d/)
})

stage.browserTest(
  'what bears out the words of a model is marked in its passage; what nothing bears out, in the answer',
  async (t) => {
    const cases = [
      ['It restarts them when they fail.', ['It restarts them when they fail.'], []],
      ['Bananas are yellow [1].', [], ['Bananas are yellow.']],
    ] as const
    const page = await stage.open(t, stage.generated.url)
    for (const [text, marked, doubtful] of cases) {
      stage.chat = saying(text)
      await ask(page, question)
      await answered(page)
      t.strictSame(await page.locator('.turn:last-child mark').allInnerTexts(), marked, text)
      t.strictSame(await page.evaluate(doubts), doubtful, text)
    }
    t.equal(await page.innerText('.turn:last-child .sources h2'), 'Read, but not cited')
    t.ok(await page.locator('.turn:last-child .quotes .prose').isVisible(), 'the quoted answer is what to read then')
  },
)

stage.browserTest('a citation leads to the words that bear it out, and what nothing bears out is marked', async (t) => {
  const text =
    'It runs containers [1]. **It bakes** [bread](https://example.org/1) well.\n\n- It restarts them [1].\n- It bakes.'
  const page = await stage.open(t, stage.generated.url)
  await page.route('**/query', async (route) => {
    const quoted = await fetch(`${stage.quoting.url}/query?q=${encodeURIComponent(question)}`)
    const reply = (await quoted.json()) as { sources: object[] }
    const urls = ['http://docs.example.org/kubernetes', 'javascript:window.hacked=1']
    const cite = (statement: string, quote: string): object => {
      const start = text.indexOf(statement)
      const end = start + statement.length
      return { number: 1, start, end, marker: { start: end, end: end + 4 }, quote, support: 1 }
    }
    const doubt = (statement: string): object => {
      const start = text.lastIndexOf(statement)
      return { start, end: start + statement.length }
    }
    const answer = {
      ...reply,
      sources: reply.sources.map((source, index) => ({ ...source, url: urls[index] })),
      answer: text,
      generator: 'ollama',
      model: 'gemma3:1b',
      citations: [
        cite('It restarts them', 'It restarts them when they fail.'),
        cite('It runs containers', 'Kubernetes is a system that runs containers.'),
      ],
      unsupported: [doubt('**It bakes** [bread](https://example.org/1) well.'), doubt('It bakes.')],
    }
    const body = `event: answer\ndata: ${JSON.stringify(answer)}\n\n`
    await route.fulfill({ contentType: 'text/event-stream', body })
  })
  await ask(page, question)
  await answered(page)
  t.equal(await page.innerText('.turn:last-child .legend'), 'Highlighted: the words it stands on')
  for (const [number, meant] of [
    [0, 'Kubernetes is a system that runs containers.'],
    [1, 'It restarts them when they fail.'],
  ] as const) {
    await page.locator('.turn:last-child .answer .cite').nth(number).click()
    t.strictSame(await page.locator('.turn:last-child mark.meant').allInnerTexts(), [meant])
  }
  t.strictSame(await page.evaluate(doubts), ['It bakes bread well.', 'It bakes.'])
  t.strictSame(
    await page.locator('.passage > a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ['http://docs.example.org/kubernetes'],
    'a passage links its document, over the web alone',
  )
  t.equal(await page.innerText('.turn:last-child .doubts'), 'Underlined: no passage bears this out.')
})
