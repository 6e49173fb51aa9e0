import t from 'tap'
import { languageNames, loadLanguage } from '../../../../function/retrieval/lexicon/languages.ts'

t.test('every language stems, and knows words that say nothing', async (t) => {
  t.ok(languageNames.includes('English') && languageNames.length === 18)
  for (const name of languageNames) {
    const { stem, stopWords, locale } = await loadLanguage(name)
    t.type(stem('konstantinopel'), 'string', name)
    t.ok(stopWords.size > 20, name)
    t.equal(Intl.DateTimeFormat.supportedLocalesOf(locale).length, 1, name)
  }
  const { stem, stopWords } = await loadLanguage('English')
  t.equal(stem('connections'), stem('connected'))
  for (const word of ['a', 'the', 'what', 'how', 'do', 'i']) t.ok(stopWords.has(word), word)
})

t.test('a language that is not known is refused', async (t) => {
  await t.rejects(loadLanguage('Klingon'), RangeError)
  await t.rejects(loadLanguage('constructor'), RangeError)
})
