import t from 'tap'
import { joinHyphen, withoutSoftHyphens, wordsOf } from '../../../../index/formats/pdf/hyphens.ts'

t.test('a hyphen at the end of a line stays where it belongs to the word', async (t) => {
  const cases = [
    ['the capabili-', 'ties of', 'the capabilities of'],
    ['the govern-', 'ment bonus', 'the government bonus'],
    ['the price-', 'determining factors', 'the price-determining factors'],
    ['a long-', 'term contract', 'a long-term contract'],
    ['with --dry-', 'run first', 'with --dry-run first'],
    ['the file my-', 'service.yaml in', 'the file my-service.yaml in'],
    ['the years 1990-', '1995', 'the years 1990-1995'],
    ['Bremen-', 'Mitte', 'Bremen-Mitte'],
    ['das Gesamt-', 'konzept', 'das Gesamtkonzept'],
  ] as const
  for (const [before, after, expected] of cases) t.equal(joinHyphen(before, after, new Set()), expected)
  t.equal(joinHyphen('a foo-', 'bar', wordsOf(['the foo-bar'])), 'a foo-bar', 'the document writes it so elsewhere')
  t.equal(joinHyphen('a dry-', 'run', wordsOf(['the dryrun'])), 'a dryrun')
})

t.test('a hyphen that parted a word where no line ends is taken back', async (t) => {
  t.equal(
    withoutSoftHyphens('The admini-strator, a thirty-six, e-mail, X-ray'),
    'The administrator, a thirty-six, e-mail, X-ray',
  )
})
