import t from 'tap'
import { monthsOf, toDates } from '../../../../function/retrieval/lexicon/dates.ts'

t.test('a date is the same however it is written', async (t) => {
  const cases: Array<[locale: string, text: string, dates: string[]]> = [
    ['en', 'from 1 March 2027 on', ['2027-03-01']],
    ['en', 'on March 1, 2027, and on Mar. 2nd, 2027', ['2027-03-01', '2027-03-02']],
    ['de', 'ab dem 1. März 2027', ['2027-03-01']],
    ['de', 'am 1.3.2027 und am 02. 04. 2027', ['2027-03-01', '2027-04-02']],
    ['de', 'by 24 December 2026', ['2026-12-24']],
    ['fr', 'le 14 juillet 2026', ['2026-07-14']],
    ['es', 'el 1 de marzo de 2027', ['2027-03-01']],
    ['en', 'the 45 March 2027, 12 monkeys 1995, and 1.13.2027', []],
    ['en', 'no year: 1 March', []],
  ]
  for (const [locale, text, dates] of cases)
    t.strictSame(
      toDates(text, () => monthsOf(locale)).map(({ date }) => date),
      dates,
      text,
    )
})
