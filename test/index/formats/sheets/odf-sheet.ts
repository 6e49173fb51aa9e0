import t from 'tap'
import { elements, parseXml, textIn } from '../../../../index/formats/office/xml.ts'
import { readSheet } from '../../../../index/formats/sheets/odf-sheet.ts'
import { toText } from '../../../../index/text.ts'

t.test('rows and cells that repeat are said as often, and merged ones in each row', async (t) => {
  const cell = (text: string, attributes = ''): string =>
    `<table:table-cell ${attributes}><text:p>${text}</text:p></table:table-cell>`
  const row = (cells: string, attributes = ''): string => `<table:table-row ${attributes}>${cells}</table:table-row>`
  const sheet = `<table:table table:name="Stock">${row(cell('Depot') + cell('Day', 'table:number-columns-repeated="2"'))}${row(cell('Kiel', 'table:number-rows-spanned="2"') + cell('1') + cell('2.50', 'office:value="-2.5"'))}${row(`<table:covered-table-cell/>${cell('3', 'table:number-columns-repeated="2"')}`)}${row(cell('Ulm') + cell('7'), 'table:number-rows-repeated="2"')}${row('<table:table-cell/>', 'table:number-rows-repeated="1048000"')}</table:table>`
  const [node] = elements(parseXml(Buffer.from(sheet)))
  t.equal(
    (node === undefined ? [] : readSheet(node, textIn)).map(toText).join('\n'),
    'Stock\nA1:C5\n| Depot | Day | Day |\n| --- | --- | --- |\n| Kiel | 1 | -2.50 |\n| Kiel | 3 | 3 |\n| Ulm | 7 |  |\n| Ulm | 7 |  |',
  )
  t.strictSame(readSheet(parseXml(Buffer.from('')), textIn), [])
})
