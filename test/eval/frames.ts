import t from 'tap'
import { framesFor } from '../../eval/frames.ts'

t.test('a question has the same four frames at each run, no two alike', async (t) => {
  for (const language of ['English', 'German', 'French', 'Japanese', 'Welsh']) {
    for (let index = 0; index < 60; index++) {
      const frames = framesFor(index, language)
      t.same(frames, framesFor(index, language))
      t.equal(new Set(frames).size, 4, `${language} ${index}`)
    }
  }
})

t.test('over a file of questions every kind of frame comes up', async (t) => {
  const kinds = (language: string): Set<string> =>
    new Set(
      Array.from({ length: 60 }, (_, index) => framesFor(index, language)).flatMap((own) =>
        own.map(({ kind }) => kind),
      ),
    )
  for (const kind of [
    'work',
    'who',
    'machine',
    'thanks',
    'greeting',
    'sums',
    'context',
    'polite',
    'asks as well',
    'same sentence',
  ]) {
    for (const language of ['English', 'German', 'French', 'Japanese'])
      t.ok(kinds(language).has(kind), `${language} ${kind}`)
  }
  t.ok(kinds('English').has('other script'))
})
