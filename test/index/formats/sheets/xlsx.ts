import t from 'tap'
import { loadXlsx } from '../../../../index/formats/sheets/xlsx.ts'
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
    'Prices\nA1:C3\n| Zone | Day | Share |\n| --- | --- | --- |\n| North | 2027-03-01 | 15.50% |\n| North | 2027-03-01 12:00 | 0.3 |\nA6:A8\nNote\ntrue\n12:00',
  )
})

t.test('numbers are shown as their formats show them', async (t) => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    ['#,##0.00', '1299', '1,299.00'],
    ['#,##0.00\\ "€"', '-40.5', '-40.50 €'],
    ['[$$-409]#,##0.00', '1299.5', '$1,299.50'],
    ['_-* #,##0.00\\ [$€-407]_-', '1299', '1,299.00 €'],
    ['#,##0;(#,##0)', '-1500', '(1,500)'],
    ['0%', '0.19', '19%'],
    ['0.0E+00', '1234567', '1.2E+06'],
    ['[h]:mm', '1.5', '36:00'],
    ['# ?/?', '2.5', '2 1/2'],
    ['00000', '1067', '01067'],
    ['0" kg"', '12', '12 kg'],
    [';;;', '7', '7'],
    ['General', '0.1', '0.1'],
    ['0.00;[Red]0.00', '-2.5', '-2.50'],
    ['hh:mm:ss', '0.5', '12:00'],
    ['0.00"', '1.234', '1.234'],
  ]
  const styles = cases
    .map(([code], index) => `<numFmt numFmtId="${200 + index}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
    .join('')
  const cells = cases.map(
    ([, value], index) => `<row r="${index + 1}"><c r="A${index + 1}" s="${index}"><v>${value}</v></c></row>`,
  )
  const { root } = await loadXlsx(
    toZip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 's.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`,
      'xl/styles.xml': `<styleSheet><numFmts>${styles}</numFmts><cellXfs>${cases.map((_, index) => `<xf numFmtId="${200 + index}"/>`).join('')}</cellXfs></styleSheet>`,
      'xl/s.xml': `<worksheet><sheetData>${cells.join('')}</sheetData></worksheet>`,
    }),
  )
  const [, , text = ''] = root.children.map(toText)
  t.strictSame(
    text.split('\n'),
    cases.map(([, , shown]) => shown),
  )
})

t.test('links, notes and text boxes of a sheet are read, and what was never computed is counted', async (t) => {
  const { root, lost } = await loadXlsx(
    toZip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 's.xml')}</Relationships>`,
      'xl/_rels/s.xml.rels': `<Relationships>${relation('r1', 'hyperlink', 'mailto:eve@example.org')}${relation('r2', 'comments', 'c.xml')}${relation('r3', 'drawing', 'd.xml')}</Relationships>`,
      'xl/s.xml':
        '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Eve</v></c><c r="B1"><f>1+1</f></c><c r="C1"><v>7</v></c></row></sheetData><hyperlinks><hyperlink ref="A1" r:id="r1"/></hyperlinks></worksheet>',
      'xl/c.xml':
        '<comments><commentList><comment ref="C1"><text><r><t>Ask </t></r><r><t>first.</t></r></text></comment></commentList></comments>',
      'xl/d.xml':
        '<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>Wear gloves.</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>',
    }),
  )
  t.equal(
    root.children.map(toText).join('\n'),
    'S\nA1:C1\n| Eve (eve@example.org) | 7 |\n| --- | --- |\nWear gloves.\nC1: Ask first.',
  )
  t.strictSame(lost, ['1 formula without a value: open it in a spreadsheet program and save it'])
})

t.test('what is raised, lowered or struck in a cell never changes a number', async (t) => {
  const run = (text: string, looks = ''): string => `<r><rPr>${looks}</rPr><t>${text}</t></r>`
  const raised = '<vertAlign val="superscript"/>'
  const inline = (at: string, runs: string): string => `<c r="${at}" t="inlineStr"><is>${runs}</is></c>`
  const { root } = await loadXlsx(
    toZip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': `<Relationships>${relation('r1', 'worksheet', 's.xml')}${relation('r2', 'sharedStrings', 'strings.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`,
      'xl/strings.xml': `<sst><si>${run('10')}${run('6', raised)}${run(' cells')}</si><si>${run('49 ', '<strike/>')}${run('39', '<strike val="0"/>')}</si></sst>`,
      'xl/styles.xml':
        '<styleSheet><fonts><font/><font><strike/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>',
      'xl/s.xml': `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" s="1"><v>120</v></c>${inline('B2', run('Area m') + run('2', raised) + run(', H') + run('2', '<vertAlign val="subscript"/>') + run('O'))}</row></sheetData></worksheet>`,
    }),
  )
  t.equal(root.children.map(toText).at(-1), '| 10⁶ cells | ~~49~~ 39 |\n| --- | --- |\n| ~~120~~ | Area m², H2O |')
})
