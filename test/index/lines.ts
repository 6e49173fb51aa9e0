import t from 'tap'
import { areEntries, joinLines, unwrap } from '../../index/lines.ts'

t.test('the lines of a paragraph are one, without a space where its script has none', async (t) => {
  t.equal(joinLines('one\n  two'), 'one two')
  t.equal(joinLines('知\n识库，\n每周'), '知识库，每周')
  t.equal(joinLines('用 Kubernetes\n部署'), '用 Kubernetes 部署')
})

t.test('lines that are names and their values are entries, lines of a sentence are not', async (t) => {
  for (const text of ['Phone: 12\nFax: 13', 'Opening hours\nMonday: 9-17\nTuesday: 9-18', '电话：12\n传真：13'])
    t.ok(areEntries(text), text)
  for (const text of [
    'Phone: 12',
    'Call us\nPhone: 12',
    'Note: the line is long and\ngoes on here: it does.',
    'It is at\nhttps://example.com\n10:30',
    'What he said. Then: no\nAnd so on. Now: yes',
  ])
    t.notOk(areEntries(text), text)
})

t.test('text wrapped by hand is its sentences, and what ends early keeps its lines', async (t) => {
  const wrapped =
    'The licence may be used on at most three machines at the same\ntime, and it ends after one year unless it is renewed before then by\nthe one who holds it.'
  t.equal(unwrap(wrapped), wrapped.replaceAll('\n', ' '))
  const kept = [
    'Anna Smith\n12 High Street\nLeeds',
    'The following ports must be open between all of the nodes:\n- 6443\n- 2379',
    'A line that is long enough to be the longest of them all here\nname: value',
    'Cappuccino of the house, with the milk of the day        3.20\nFlat white                                     3.60',
    '2026-01-01 started, and it took more than sixty seconds to do so\n2026-01-02 ended',
  ]
  for (const text of kept) t.equal(unwrap(text), text)
  t.equal(
    unwrap('知识库的备份由管理员每周进行一次并保存在另外一个数据中心里的知\n识库'),
    '知识库的备份由管理员每周进行一次并保存在另外一个数据中心里的知识库',
  )
})
