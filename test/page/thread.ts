import t from 'tap'
import { answered, ask, linkTo, question, setStage } from '../asking.ts'
import { saying } from '../ollama.ts'

const stage = setStage(t)

stage.browserTest('a linked question is asked at once, and Back shows what was there before', async (t) => {
  const page = await stage.open(t, linkTo(stage.generated.url, question))
  t.match(await answered(page), 'Kubernetes runs containers')
  t.equal(await page.innerText('.turn:last-child .asked-for'), question)
  t.match(await page.title(), question)
  stage.chat = saying('Services, to zero [1].')
  await ask(page, 'What does Knative scale?')
  await page.locator('.turn:last-child .answer', { hasText: /^Services/ }).waitFor()
  const asked = stage.ollama.bodies('/api/chat').length
  await page.goBack()
  await page.locator('.turn:last-child .answer', { hasText: /^Kubernetes/ }).waitFor()
  t.equal(await page.innerText('.turn:last-child .asked-for'), question)
  t.equal(stage.ollama.bodies('/api/chat').length, asked, 'without asking again')
  await page.click('h1 a')
  t.equal(await page.locator('#examples').isVisible(), true)
  t.equal(new URL(page.url()).hash, '')
})
