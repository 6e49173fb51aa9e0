import t from 'tap'
import { loadOdf } from '../../../../index/formats/office/odf.ts'
import { toText } from '../../../../index/text.ts'
import { toZip } from '../../../zip.ts'

async function read(body: string, styles = ''): Promise<{ text: string; lost: readonly string[] | undefined }> {
  const looks = ['super', 'sub']
    .map(
      (look) =>
        `<style:style style:name="${look}"><style:text-properties style:text-position="${look} 58%"/></style:style>`,
    )
    .join('')
  const { root, lost } = await loadOdf(
    toZip({
      'content.xml': `<office:document-content><office:automatic-styles>${looks}<style:style style:name="gone"><style:text-properties text:display="none"/></style:style><style:style style:name="old"><style:text-properties style:text-line-through-style="solid"/></style:style></office:automatic-styles><office:body>${body}</office:body></office:document-content>`,
      'styles.xml': `<office:document-styles>${styles}</office:document-styles>`,
    }),
  )
  return {
    text: root.children.map((node) => (node.type === 'heading' ? `# ${toText(node)}` : toText(node))).join('\n'),
    lost,
  }
}

t.test('a text of LibreOffice keeps what it shows', async (t) => {
  const p = (content: string): string => `<text:p>${content}</text:p>`
  const span = (look: string, text: string): string => `<text:span text:style-name="${look}">${text}</text:span>`
  const cases = [
    [
      `<text:h text:outline-level="2">Rules</text:h>${p('A<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d')}`,
      '# Rules\nA  b c\nd',
    ],
    [p(`10${span('super', '6')} CO${span('sub', '2')} ${span('old', '49')}${span('gone', 'x')}`), '10⁶ CO2 ~~49~~'],
    [p('250<text:note><text:note-body><text:p>Tax.</text:p></text:note-body></text:note> euros'), '250¹ euros\n¹ Tax.'],
    [
      `<text:list><text:list-item>${p('one')}<text:list><text:list-item>${p('two')}</text:list-item></text:list></text:list-item></text:list>`,
      '- one\n  - two',
    ],
    [
      p(
        '<text:a xlink:href="https://example.org">site</text:a><draw:frame><draw:text-box><text:p>Box.</text:p></draw:text-box></draw:frame>',
      ),
      'site (https://example.org)\nBox.',
    ],
    [
      `<table:table><table:table-row><table:table-cell table:number-columns-spanned="2">${p('Rate')}</table:table-cell><table:covered-table-cell/></table:table-row><table:table-row><table:table-cell>${p('a')}${p('b')}</table:table-cell><table:table-cell>${p('1')}</table:table-cell></table:table-row></table:table>`,
      '| Rate | Rate |\n| --- | --- |\n| a b | 1 |',
    ],
    [
      `<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:section>${p('In.')}</text:section><text:table-of-content>${p('x')}</text:table-of-content>`,
      'In.',
    ],
    [p('<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>kan</text:ruby-text></text:ruby>'), '漢(kan)'],
  ] as const
  for (const [given, expected] of cases)
    t.equal((await read(`<office:text>${given}</office:text>`)).text, expected, given)
})

t.test('numbers, cells over several rows, formulas and symbol fonts are read as they are shown', async (t) => {
  const numbered =
    '<office:document-styles><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/><text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/></text:list-style><style:style style:name="P1" style:parent-style-name="Heading_20_2"/><style:style style:name="T1"><style:text-properties style:font-name="Wingdings"/></style:style></office:document-styles>'
  const item = (inner: string): string => `<text:list-item>${inner}</text:list-item>`
  const list = (inner: string): string =>
    `<text:list text:style-name="L" text:continue-numbering="true">${inner}</text:list>`
  const cell = (text: string, rows = 1): string =>
    `<table:table-cell table:number-rows-spanned="${rows}"><text:p>${text}</text:p></table:table-cell>`
  const body = [
    list(item('<text:p>Risk</text:p>')),
    list(item(`<text:list>${item('<text:p text:style-name="P1">Liability</text:p>')}</text:list>`)),
    `<table:table><table:table-row>${cell('North', 2)}${cell('1 kg')}</table:table-row><table:table-row><table:covered-table-cell/>${cell('2 kg')}</table:table-row></table:table>`,
    '<text:p>By <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame> <text:span text:style-name="T1">\uf0fc</text:span></text:p>',
  ].join('')
  const { root, lost } = await loadOdf(
    toZip({
      'content.xml': `<office:document-content><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
      'styles.xml': numbered,
      'Object 1/content.xml': '<math><msup><mi>x</mi><mn>2</mn></msup></math>',
    }),
  )
  t.strictSame(root.children.map(toText), [
    '1 Risk',
    '1.1 Liability',
    '| North | 1 kg |\n| --- | --- |\n| North | 2 kg |',
    'By x² ✓',
  ])
  t.equal(root.children[1]?.type, 'heading')
  t.strictSame(lost, [])
})

t.test('slides, sheets and what stands in headers are read, and what is not is counted', async (t) => {
  const page =
    '<office:presentation><draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>Plan</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Body.</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>Say it.</text:p></draw:text-box></draw:frame></presentation:notes></draw:page></office:presentation>'
  t.equal((await read(page)).text, '# Plan\nBody.\nNotes: Say it.')
  const sheet =
    '<office:spreadsheet><table:table table:name="Sheet1"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1000"/></table:table-row></table:table></office:spreadsheet>'
  t.equal((await read(sheet)).text, '# Sheet1\n# A1:A1\na')
  const { text, lost } = await read(
    '<office:text><text:p>Text.<draw:frame><draw:object/><svg:desc>The door</svg:desc></draw:frame></text:p></office:text>',
    '<style:header><text:p>QM-7731 rules</text:p></style:header>',
  )
  t.equal(text, 'QM-7731 rules\nText.\nThe door')
  t.strictSame(lost, ['1 embedded object'])
})
