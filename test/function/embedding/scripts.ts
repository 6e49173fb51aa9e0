import t from 'tap'
import { isReadable } from '../../../function/embedding/scripts.ts'

t.test('what the built-in model can read is mostly Latin letters, or has none', async (t) => {
  const cases = [
    ['What is a pod?', true],
    ['Wie viele Urlaubstage habe ich im Jahr?', true],
    ['E123-XYZ', true],
    ['8080', true],
    ['', true],
    ['有給休暇は年に何日ありますか', false],
    ['Podとは何ですか、どうやって使いますか', false],
    ['What does 豆荚 mean?', true],
    ['Что такое под?', false],
    ['ما هو البود؟', false],
  ] as const
  for (const [text, readable] of cases) t.equal(isReadable(text), readable, text)
})
