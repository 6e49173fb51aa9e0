import t from 'tap'
import { apartTerms, compoundTerms } from '../../../../function/retrieval/lexicon/compounds.ts'
import { createVocabulary, toVocabularyText } from '../../../../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../../../../function/retrieval/lexicon/words.ts'

const german = await createWords('German')
const toTerm = (word: string): string => german.toTerms(word)[0] ?? ''
const text = 'Urlaub Tage Kündigungsfrist Arbeitszeit krank Pause Belege Weiterbildung Budget Frau'
const vocabulary = createVocabulary(toVocabularyText(new Map(german.toTerms(text).map((term) => [term, 1]))), 10)

t.test('a compound is taken apart where the documents have its parts', async (t) => {
  const cases: Array<[word: string, terms: string[]]> = [
    ['urlaubstage', ['urlaub', 'tag']],
    ['weiterbildungsbudget', ['weiterbild', 'budget']],
    ['kernarbeitszeit', ['arbeitszeit']],
    ['reisebelege', ['beleg']],
    ['krankschreibung', ['krank']],
    ['frist', ['kundigungsfrist']],
    ['notebook', []],
    ['xy', []],
  ]
  for (const [word, terms] of cases) t.strictSame(compoundTerms(word, 'German', toTerm, vocabulary), terms, word)
})

t.test('a language that writes compounds apart needs none of it', async (t) => {
  t.strictSame(compoundTerms('urlaubstage', 'English', toTerm, vocabulary), [])
})

t.test('two words that are written as one are taken apart in every language', (t) => {
  t.strictSame(apartTerms('arbeitszeitbudget', toTerm, vocabulary), ['arbeitszeit', 'budget'])
  t.strictSame(apartTerms('arbeitsbudget', toTerm, vocabulary), [])
  t.end()
})
