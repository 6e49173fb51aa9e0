import t from 'tap'
import { createLexicon } from '../../../../function/retrieval/lexicon/lexicon.ts'
import { manifest } from '../../../fixtures/manifest.ts'

t.test('it is read once, when it is first asked for, and again where that failed', async (t) => {
  let reads = 0
  const readVocabulary = async (): Promise<string> => {
    reads += 1
    if (reads === 1) throw new Error('not now')
    return 'node 1\npod 2'
  }
  const loadLexicon = createLexicon({ manifest, readVocabulary })
  t.equal(reads, 0)
  await t.rejects(loadLexicon(), { message: 'not now' })
  const { vocabulary, language } = await loadLexicon()
  t.equal(vocabulary.count('pod'), 2)
  t.strictSame(language.toTerms('the Pods'), ['pod'])
  await loadLexicon()
  t.equal(reads, 2)
})
