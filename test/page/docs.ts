import axe from 'axe-core'
import type { Page } from 'playwright-core'
import t from 'tap'
import { paths } from '../../function/http/request.ts'
import { setStage } from '../asking.ts'

const stage = setStage(t)

const open = async (page: Page, id: string): Promise<void> => {
  await page.click(`#${id} > summary`)
  await page.waitForSelector(`#${id} .trial`)
}
const send = async (page: Page, id: string): Promise<{ state: string; shown: string }> => {
  await page.click(`#${id} .trial button`)
  await page.locator(`#${id} .trial button`, { hasText: 'Send' }).waitFor()
  return { state: await page.innerText(`#${id} .state`), shown: await page.innerText(`#${id} pre`) }
}

stage.browserTest('every path is there, and what a reply looks like can be read', async (t) => {
  const page = await stage.open(t, `${stage.quoting.url}/docs`)
  await page.waitForSelector('.operation')
  const shown = await page.locator('.operation h3').allInnerTexts()
  t.strictSame([...new Set(shown.map((text) => text.split(' ')[1]))].sort(), Object.keys(paths).sort())
  await open(page, 'answer')
  const answer = await page.innerText('#answer')
  t.match(answer, 'application/json')
  await page.click('#answer a[href="#schema-Question"]')
  await page.waitForSelector('#schema-Question[open]')
  t.match(await page.innerText('#schema-Question'), /history array of object.*The turns before it.*role/s)
  await page.click('#answer .type a[href="#schema-Answer"]')
  await page.waitForSelector('#schema-Answer[open]')
  t.match(await page.innerText('#schema-Answer'), 'Where its [n] stands in the answer')
})

stage.browserTest(
  'each can be tried: with what stands there already, in the URL and as a body, and as a stream',
  async (t) => {
    const page = await stage.open(t, `${stage.generated.url}/docs#searchByUrl`)
    await page.waitForSelector('#searchByUrl[open] .trial')
    const found = await send(page, 'searchByUrl')
    t.match(found.state, /^200 application\/json.*\d ms/)
    t.match(JSON.parse(found.shown), { answered: true, sources: [{ source: 'kubernetes.md' }] })

    await open(page, 'answer')
    t.match(JSON.parse((await send(page, 'answer')).shown), { answer: 'Kubernetes runs containers [1].' })
    await page.selectOption('#answer select >> nth=-1', 'text/event-stream')
    const stream = await send(page, 'answer')
    t.match(stream.state, '200 text/event-stream')
    t.match(stream.shown, /^event: sources.*event: answer/s)
    await page.fill('#answer textarea', '{"question": ""}')
    t.match(await send(page, 'answer'), { state: /^400 application\/problem\+json/, shown: /The question is empty/ })
    await page.selectOption('#answer select >> nth=1', 'application/x-www-form-urlencoded')
    t.equal(await page.inputValue('#answer textarea'), 'q=What+is+Kubernetes%3F')
    t.match(await send(page, 'answer'), { state: /^200/ })

    await open(page, 'mcp')
    t.match((await send(page, 'mcp')).shown, 'outputSchema')
    await open(page, 'liveness')
    t.strictSame((await send(page, 'liveness')).shown, 'OK')
  },
)

stage.browserTest('where a token is needed it asks for it, and sends it with what is tried', async (t) => {
  const { url } = await stage.serve(t, { API_TOKEN: 'correct-horse-battery' })
  t.equal((await fetch(`${url}/docs`)).status, 200, 'what it asks with is open to all')
  const page = await stage.open(t, `${url}/docs/`)
  await page.waitForSelector('#token:not([hidden])')
  t.equal(await page.innerText('#operations'), '', 'nothing is shown before')
  await page.fill('#secret', 'wrong')
  await page.press('#secret', 'Enter')
  await page.locator('#problem', { hasText: 'not accepted' }).waitFor()
  await page.fill('#secret', 'correct-horse-battery')
  await page.press('#secret', 'Enter')
  await page.waitForSelector('.operation')
  t.equal(await page.locator('#token, #problem').filter({ visible: true }).count(), 0)
  await open(page, 'searchByUrl')
  t.match(await send(page, 'searchByUrl'), { state: /^200/ })
})

stage.browserTest('axe finds nothing to complain of, light or dark, on a desktop or a phone', async (t) => {
  const page = await stage.open(t, `${stage.quoting.url}/docs#searchByUrl`)
  await page.waitForSelector('#searchByUrl[open] .trial')
  await send(page, 'searchByUrl')
  await open(page, 'answer')
  await page.click('#schema-Answer > summary')
  await page.evaluate(axe.source)
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    t.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, 'nothing is cut off')
    const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as axe.AxeResults
    t.strictSame(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      [],
      colorScheme,
    )
  }
})
