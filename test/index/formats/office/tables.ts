import t from 'tap'
import { inOneLine, toCell, toCells, toTable } from '../../../../index/formats/office/tables.ts'
import { toText } from '../../../../index/text.ts'

t.test('cells hold a line each, and every row has as many', async (t) => {
  const list = {
    type: 'list',
    children: ['a', 'b'].map((value) => ({
      type: 'listItem',
      children: [{ type: 'paragraph', children: [{ type: 'text', value }] }],
    })),
  } as const
  const text = inOneLine([
    { type: 'paragraph', children: [{ type: 'text', value: 'Late' }] },
    list as never,
    toTable([[toCell('x'), toCell('1')], [toCell('y')]]),
  ])
  t.equal(text, 'Late a; b x 1; y')
  t.equal(toText(toTable([toCells([], 2, true), [toCell('1')]])), '| 1 |  |\n| --- | --- |')
  t.equal(
    toCells([{ type: 'paragraph', children: [{ type: 'text', value: 'Rate' }] }], 2, true)
      .map(toText)
      .join(),
    'Rate,Rate',
  )
})
