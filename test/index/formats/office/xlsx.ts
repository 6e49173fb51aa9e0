import t from 'tap'
import { loadXlsx } from '../../../../index/formats/office/xlsx.ts'
import { toText } from '../../../../index/text.ts'
import { toZip } from '../../../zip.ts'

const relation = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="x/${type}" Target="${target}"/>`

t.test('a workbook is its sheets, and their rows stand under their heads', async (t) => {
  const row = (number: number, ...cells: string[]): string => `<row r="${number}">${cells.join('')}</row>`
  const s = (at: string, index: number): string => `<c r="${at}" t="s"><v>${index}</v></c>`
  const n = (at: string, value: string, style = 0): string => `<c r="${at}" s="${style}"><v>${value}</v></c>`
  const { root } = await loadXlsx(
    toZip({
      'xl/workbook.xml':
        '<workbook><sheets><sheet name="Prices" r:id="r1"/><sheet name="Empty" r:id="r9"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 's.xml')}${relation('r2', 'sharedStrings', 'strings.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`,
      'xl/strings.xml':
        '<sst><si><t>Zone</t></si><si><r><t>No</t></r><r><t>rth</t></r><rPh><t>x</t></rPh></si><si><t>Note</t></si></sst>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="20"/></cellXfs></styleSheet>',
      'xl/s.xml': `<worksheet><sheetData>${row(1, s('A1', 0), '<c r="B1" t="str"><v>Day</v></c>', '<c r="C1" t="inlineStr"><is><t>Share</t></is></c>')}${row(2, s('A2', 1), n('B2', '46447', 1), n('C2', '0.155', 2))}${row(3, n('B3', '46447.5', 3), n('C3', '0.30000000000000004'))}${row(6, s('A6', 2), '')}${row(7, '<c r="A7" t="b"><v>1</v></c>')}${row(8, n('A8', '0.5', 4))}</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>`,
    }),
  )
  t.equal(
    root.children.map(toText).join('\n'),
    'Prices\nA1:C3\n| Zone | Day | Share |\n| --- | --- | --- |\n| North | 2027-03-01 | 15.5 % |\n| North | 2027-03-01 12:00 | 0.3 |\nA6:A8\nNote\ntrue\n12:00',
  )
})
