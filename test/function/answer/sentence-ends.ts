import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { cutSentences } from '../../../function/answer/sentence-ends.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
const cut = (text: string): string[] => [...cutSentences(text)].map(({ segment }) => segment)

t.test('a sentence ends at its mark, with what closes it and the spaces after it', async (t) => {
  t.strictSame(cut('It runs. "It stops!" (Why?) Nobody knows'), [
    'It runs. ',
    '"It stops!" ',
    '(Why?) ',
    'Nobody knows',
  ])
  t.strictSame(cut('これは文です。次の文です！'), ['これは文です。', '次の文です！'])
  t.strictSame(
    [...cutSentences('One. Two.')],
    [
      { segment: 'One. ', index: 0 },
      { segment: 'Two.', index: 5 },
    ],
  )
  t.strictSame(cut(''), [])
})

t.test('a full stop inside a number, a name or an abbreviation ends nothing', async (t) => {
  for (const text of ['It takes 1.5 GB.', 'Use A.B here.', 'Write e.g. this one.', 'Wait… then go.', 'Really?!'])
    t.strictSame(cut(text), [text])
})

t.test('what Intl.Segmenter cuts in the documents is cut here', async (t) => {
  const folder = join(import.meta.dirname, '../../../documents')
  const paragraphs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/\n\s*\n/))
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
  t.ok(paragraphs.length > 100)
  for (const paragraph of paragraphs)
    t.strictSame(
      cut(paragraph),
      [...segmenter.segment(paragraph)].map(({ segment }) => segment),
    )
})

t.test('what Intl.Segmenter cuts in texts of marks, letters and spaces is cut here', async (t) => {
  const signs = [...'.!?…。．؟,،;:-– \u00a0()[]"’“«»aBéÉßЖж漢あ37*`_']
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const other = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 2 + random(14) }, () => signs[random(signs.length)]).join(''),
  ).find((text) => JSON.stringify(cut(text)) !== JSON.stringify([...segmenter.segment(text)].map((s) => s.segment)))
  t.equal(other, undefined)
})
