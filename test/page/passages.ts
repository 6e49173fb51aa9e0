import t from 'tap'
import { answered, ask, linkTo, question, setStage } from '../asking.ts'
import { saying } from '../ollama.ts'

const stage = setStage(t)

stage.browserTest(
  'without Ollama sentences are quoted, marked where they stand, and the notice says why',
  async (t) => {
    const page = await stage.open(t, linkTo(stage.quoting.url, question))
    t.match(await answered(page), 'Kubernetes is a system that runs containers.')
    t.match(await page.innerText('.notice'), 'Ollama does not answer.')
    t.match(await page.innerText('footer'), 'answers are extractive')
    t.equal(await page.innerText('.legend'), 'Highlighted: quoted word for word')
    t.match(await page.locator('mark').allInnerTexts(), ['Kubernetes is a system that runs containers.'])

    await ask(page, 'What is the smallest thing that kubectl can delete?')
    await page.locator('.answer', { hasText: 'smallest' }).waitFor()
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
  },
)

stage.browserTest('a passage of a document with pages says its page', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url, 'What does the manual say about the pump?'))
  await answered(page)
  t.match(await page.innerText('.sources'), /manual\.pdf, page \d/)
})

stage.browserTest('what a model claims is marked where the passage says it most nearly, or not at all', async (t) => {
  const cases = [
    ['When containers fail, they are restarted: it restarts them [1].', ['It restarts them when they fail.']],
    ['Bananas are yellow [1].', []],
    ['`array[1]` holds nothing.', []],
  ] as const
  const page = await stage.open(t, stage.generated.url)
  for (const [text, marked] of cases) {
    stage.chat = saying(text)
    await ask(page, question)
    await answered(page)
    t.strictSame(await page.locator('mark').allInnerTexts(), marked, text)
  }
  t.equal(await page.innerText('.sources h2'), 'Read, but not cited', 'what nothing cites is not said to bear anything')
})
