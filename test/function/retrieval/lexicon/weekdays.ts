import t from 'tap'
import { weekdaysOf } from '../../../../function/retrieval/lexicon/weekdays.ts'

t.test('the days that a question names, in its language and in English', async (t) => {
  const cases = [
    ['en', 'Is it open on Mondays or on Sunday morning?', [1, 0]],
    ['de', 'Hat es montags und am Mittwochabend offen?', [1, 3]],
    ['fr', 'Ouvert le lundi?', [1]],
    ['tr', 'Pazartesi açık mı?', [1]],
    ['en', 'When does the sun rise today?', []],
  ] as const
  for (const [locale, question, days] of cases) {
    t.strictSame(
      weekdaysOf(locale)
        .named(question)
        .map(({ day }) => day),
      days,
      question,
    )
  }
})

t.test('hours tell of a day by its name, in short, or by naming others', async (t) => {
  const monday = 1
  const cases = [
    ['en', 'Tue–Sat 10–18', true],
    ['en', 'Mon closed', true],
    ['en', 'Mon: 10–18', true],
    ['en', 'Sat 10–18', false],
    ['en', 'The sun sat low.', false],
    ['en', 'Mon is what they call it in Dutch, or so he said', false],
    ['de', 'Mo–Fr 9–17 Uhr', true],
    ['fr', 'mar.-sam. 10h-18h', true],
    ['fr', 'fermé lun. 14 juin', true],
    ['nl', 'ma-vr 9-17', true],
  ] as const
  for (const [locale, text, expected] of cases) t.equal(weekdaysOf(locale).tellsOf(text, monday), expected, text)
})
