import t from 'tap'
import type { Lexicon } from '../../../function/retrieval/lexicon/lexicon.ts'
import { createVocabulary, toVocabularyText } from '../../../function/retrieval/lexicon/vocabulary.ts'
import { createWords } from '../../../function/retrieval/lexicon/words.ts'
import { namesIn, readQuestion } from '../../../function/retrieval/question.ts'

const lexiconOf = async (languageName: string, text: string): Promise<Lexicon> => {
  const language = await createWords(languageName)
  const counts = new Map(language.toTerms(text).map((term) => [term, 2]))
  return { languageName, language, vocabulary: createVocabulary(toVocabularyText(counts), 10) }
}
const english = await lexiconOf(
  'English',
  'Pods restart when a container fails. Vacation: thirty days for employees. Kafka',
)
const surfaces = (sentences: ReturnType<typeof readQuestion>['asked']): string[] =>
  sentences.map((words) => words.map(({ surface }) => surface).join(' '))

t.test('the sentences with a question mark ask; the others are around them', async (t) => {
  const cases: Array<[text: string, asked: string[], around: string]> = [
    ['Why do pods restart?', ['pods restart'], ''],
    ['I work at Siemens. Why do pods restart? Thanks, Anna', ['pods restart'], 'work Siemens Thanks Anna'],
    ['お世話になっております。Why do pods restart？よろしく', ['pods restart'], 'お世話 に な って おり ます よろしく'],
    ['It says: "pods restart?" It is Kafka', ['says pods restart'], 'Kafka'],
    ['pods restart\nKafka', ['pods restart', 'Kafka'], ''],
    ['How are you doing today? Pods restart.', ['today', 'Pods restart'], ''],
    ['Pods of v1.2 restart. Why?', ['Pods 1.2 restart'], ''],
  ]
  for (const [text, asked, around] of cases) {
    const read = readQuestion(text, english)
    t.strictSame(
      surfaces(read.asked).map((words) => words.replace('v1.2', '1.2')),
      asked,
      text,
    )
    t.equal(read.around.map(({ surface }) => surface).join(' '), around, text)
  }
  const greek = await lexiconOf('Greek', 'Το έγγραφο')
  t.strictSame(surfaces(readQuestion('Γεια σας. Πού είναι το έγγραφο;', greek).asked), ['Πού είναι έγγραφο'])
})

t.test('of what is said beside a question, what the table knows and what says as much as it is embedded', async (t) => {
  const cases: Array<[text: string, said: string]> = [
    ['Why do pods restart?', 'Why do pods restart?'],
    ['I work at Siemens.\nWhy do pods restart? Thanks, Anna', 'Why do pods restart?'],
    ['お世話になっております。Why do pods restart？よろしく', 'Why do pods restart？'],
    ['A container fails. Why do pods restart?', 'A container fails. Why do pods restart?'],
    [
      'Pods restart when a container fails. Kafka. Why for thirty days?',
      'Pods restart when a container fails. Why for thirty days?',
    ],
    [
      'Pods restart when a container fails. What do I do? Thanks, Anna',
      'Pods restart when a container fails. What do I do? Thanks, Anna',
    ],
    ['I work at Siemens. How do I debug it?', 'How do I debug it?'],
    ['I work at Siemens. Pods restart.', 'I work at Siemens. Pods restart.'],
    ['To be or not to be', 'To be or not to be'],
  ]
  for (const [text, said] of cases) t.equal(readQuestion(text, english).said, said, text)
})

t.test('a question of stop words alone is asked with them', async (t) => {
  t.strictSame(surfaces(readQuestion('To be or not to be', english).asked), ['To be or not to be'])
  t.strictSame(surfaces(readQuestion('???', english).asked), [''])
})

t.test(
  'a word that the table does not know is taken for the nearest that it does; a name or a code is not',
  async (t) => {
    const read = readQuestion('How many days of vaccation do emploees have?', english)
    t.match(read.mended, [
      { surface: 'vaccation', term: 'vacat' },
      { surface: 'emploees', term: 'employe' },
    ])
    t.ok(read.asked.flat().some(({ parts }) => parts[0] === 'vacat'))
    for (const text of ['Kafk', 'KAFKKA', 'kafka2', 'Why do pods restart?', 'Siemens'])
      t.strictSame(readQuestion(text, english).mended, [], text)
  },
)

t.test(
  'of a question only so many words are looked for in the table, each once, and none that is no word',
  async (t) => {
    for (const name of ['English', 'German']) {
      const lexicon = await lexiconOf(name, 'Kubernetes vacation')
      let looks = 0
      const counting: Lexicon = {
        ...lexicon,
        vocabulary: {
          ...lexicon.vocabulary,
          nearest: (term) => {
            looks += 1
            return lexicon.vocabulary.nearest(term)
          },
          endingIn: (term) => {
            looks += 1
            return lexicon.vocabulary.endingIn(term)
          },
        },
      }
      const others = Array.from(
        { length: 300 },
        (_, index) => `wrong${String.fromCharCode(97 + (index % 26)).repeat(1 + index / 26)}`,
      )
      const looksFor = (text: string): number => {
        looks = 0
        readQuestion(text, counting)
        return looks
      }
      t.ok(looksFor(`What is the vacation, ${others.join(' and the ')}?`) <= 32, name)
      t.ok(looksFor(`Is the ${'kubernets-'.repeat(200)}?`) <= 2, name)
      t.equal(looksFor(`Is the ${'kubernets'.repeat(200)}?`), 0, name)
    }
    t.equal(readQuestion('How many days of vaccation? '.repeat(50), english).mended.length, 1)
  },
)

t.test('a common word is no mistake, and neither are the words of another language', async (t) => {
  const lexicon = await lexiconOf(
    'English',
    'The votes count on the fourth of March; cars are clean, neighbors have a catalog.',
  )
  t.strictSame(readQuestion('Which county votes?', lexicon).mended, [])
  t.match(readQuestion('Which coutn votes?', lexicon).mended, [{ surface: 'coutn', term: 'count' }])
  for (const word of ['neighbours', 'catalogue'])
    t.match(readQuestion(`Which ${word} have cars?`, lexicon).mended, [{ surface: word }], 'in the other English')
  t.strictSame(readQuestion('Wie mache ich das Auto sauber?', lexicon).mended, [])
})

t.test('hardly a known word, and hardly a stop word: another language', async (t) => {
  const cases: Array<[text: string, foreign: boolean]> = [
    ['Wie viele Urlaubstage haben Mitarbeiter?', true],
    ['¿Cuántos días de vacaciones tienen los empleados?', true],
    ['How many holidays does one get there?', false],
    ['Why do pods restart?', false],
    ['Siemens', false],
    ['Quarkus', false],
  ]
  for (const [text, foreign] of cases) t.equal(readQuestion(text, english).foreign, foreign, text)
})

t.test('a date that no document has counts for nothing of its own', async (t) => {
  t.notMatch(JSON.stringify(readQuestion('What happens on 1 March 2027?', english).asked), '2027-03-01')
})

t.test('names are words with digits or inner capitals, or with a capital past the first', async (t) => {
  const names = (text: string, capitals = true): string =>
    namesIn(english.language.read(text), capitals)
      .map(({ surface }) => surface)
      .join(' ')
  t.equal(names('Does it need Velero on k8s or minScale?'), 'Velero k8s minScale')
  t.equal(names('Velero is what?'), '')
  t.equal(names('How To Scale Services With Knative And Kafka'), '', 'capitals say nothing in a title')
  t.equal(names('Was kostet das Mittagessen bei minScale?', false), 'minScale')
})

t.test('a name is found as one word or as two, however the documents write it', async (t) => {
  const lexicon = await lexiconOf(
    'English',
    'Prosper and Lending Club lend money to nine ties. A peerstreet loan. The car is a pet.',
  )
  const partsOf = (text: string, surface: string): unknown =>
    readQuestion(text, lexicon)
      .asked.flat()
      .find((word) => word.surface === surface)?.parts
  t.strictSame(partsOf('What about Lendingclub?', 'Lendingclub'), ['lend', 'club'])
  t.strictSame(partsOf('Is Peer Street a lender?', 'Peer'), ['peerstreet'])
  t.strictSame(partsOf('Is Peer Street a lender?', 'Street'), ['peerstreet'])
  t.strictSame(partsOf('Was it in the nineties?', 'nineties'), [], 'nine and an ending')
  t.strictSame(partsOf('Is there a carpet?', 'carpet'), [], 'a word of its own')
})
