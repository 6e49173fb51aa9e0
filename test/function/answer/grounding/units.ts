import t from 'tap'
import { sameUnit, unitAt } from '../../../../function/answer/grounding/units.ts'

t.test('a unit is read behind a number, or before it', async (t) => {
  const cases: Array<[string, string]> = [
    ['60 seconds', 'seconds'],
    ['60s', 's'],
    ['60-minute', 'minute'],
    ['60 °C', '°c'],
    ['60 degrees Celsius', 'celsius'],
    ['60%', '%'],
    ['60秒です', '秒'],
    ['$60', '$'],
    ['60 million dollars', 'million'],
    ['60 nodes', ''],
    ['60 seconded', ''],
    ['60', ''],
  ]
  for (const [text, unit] of cases) {
    const start = text.indexOf('60')
    t.equal(unitAt(text, start, start + 2), unit, text)
  }
})

t.test('ways of writing one unit are the same, two units are not', async (t) => {
  const same = ['s seconds', 'min minutes', 'gb gib', '% prozent', 'h stunden', 's secondes', 'm minutes', 'm metres']
  for (const pair of same) t.ok(sameUnit(...(pair.split(' ') as [string, string])), pair)
  t.ok(sameUnit('', 's'), 'of none nothing is known')
  const others = ['seconds minutes', 'ms s', 'months years', 'kg g', 'kg lbs', 'kg tonnes', 'bar psi', '°c °f', '$ €']
  for (const pair of others) t.notOk(sameUnit(...(pair.split(' ') as [string, string])), pair)
})
