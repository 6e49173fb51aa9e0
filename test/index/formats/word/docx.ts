import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadDocx } from '../../../../index/formats/word/docx.ts'
import { toText } from '../../../../index/text.ts'
import { toZip } from '../../../zip.ts'

t.test('a Word document keeps its headings, lists and tables', async (t) => {
  const { title, root } = await loadDocx(
    readFileSync(join(import.meta.dirname, '../../../fixtures/formats/holidays.docx')),
  )
  t.equal(title, 'Holiday rules')
  t.strictSame(
    root.children.map(({ type }) => type),
    ['heading', 'heading', 'paragraph', 'heading', 'list', 'table'],
  )
  t.match(
    toText(root),
    /Everyone has thirty days of holiday a year\.[\s\S]*1\. Write to the office\.\n2\. Wait for the reply\.[\s\S]*\| August \| ten days \|/,
  )
})

t.test('a Word file that cannot be opened says why', async (t) => {
  const encrypted = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)])
  await t.rejects(loadDocx(encrypted), { message: /^encrypted, or saved by an old Office: save it as \.docx/ })
  await t.rejects(loadDocx(Buffer.from('PK not a zip')), { message: 'not a Word document that can be opened' })
})

const p = (content: string, properties = ''): string => `<w:p><w:pPr>${properties}</w:pPr>${content}</w:p>`
const r = (text: string, looks = ''): string => `<w:r><w:rPr>${looks}</w:rPr><w:t>${text}</w:t></w:r>`
const style = (id: string): string => `<w:pStyle w:val="${id}"/>`
const relation = (id: string, type: string, target: string): string =>
  `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`

const styles = `<w:styles><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
  <w:style w:type="paragraph" w:styleId="C"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
  <w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style></w:styles>`
const numbering = `<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="§ %1"/></w:lvl></w:abstractNum>
  <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
  <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>`

/** What is read of a Word document with this body, and what was lost of it. */
async function read(
  body: string,
  parts: Record<string, string> = {},
): Promise<{ text: string; depths: number[]; lost: readonly string[] | undefined }> {
  const { root, lost } = await loadDocx(
    toZip({
      'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>`,
      'word/styles.xml': styles,
      'word/numbering.xml': numbering,
      'word/_rels/document.xml.rels': `<Relationships>${relation('s', 'styles', 'styles.xml')}${relation('n', 'numbering', 'numbering.xml')}${relation('f', 'footnotes', 'footnotes.xml')}${relation('h', 'header', 'header1.xml')}${relation('l', 'hyperlink', 'https://example.com')}${relation('c', 'chart', 'chart1.xml')}${relation('d', 'diagramData', 'data1.xml')}</Relationships>`,
      ...parts,
    }),
  )
  return {
    text: root.children.map((node) => (node.type === 'heading' ? `# ${toText(node)}` : toText(node))).join('\n'),
    depths: root.children.flatMap((node) => (node.type === 'heading' ? [node.depth] : [])),
    lost,
  }
}

t.test('what Word shows is read, wherever it is kept', async (t) => {
  const numbered = (list: string, level = 0): string =>
    `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`
  const box = (inner: string): string =>
    `<w:r><w:drawing><wps:txbx><w:txbxContent>${inner}</w:txbxContent></wps:txbx></w:drawing></w:r>`
  const cases = [
    [p(r('Scope'), style('C')) + p(r('Term'), style('C')), '# § 1 Scope\n# § 2 Term'],
    [
      p(r('one'), numbered('2')) + p(r('two'), numbered('2', 1)) + p(r('three'), numbered('2')),
      '- one\n  (a) two\n- three',
    ],
    [p(r('Rent') + box(p(r('Refunded.')))), 'Rent\nRefunded.'],
    [
      p(
        `<mc:AlternateContent><mc:Choice>${box(p(r('Once.')))}</mc:Choice><mc:Fallback>${box(p(r('Once.')))}</mc:Fallback></mc:AlternateContent>`,
      ),
      'Once.',
    ],
    [p(`<w:ins>${r('New')}</w:ins><w:del><w:r><w:delText>Old</w:delText></w:r></w:del>`), 'New'],
    [
      p(
        r('10') +
          r('6', '<w:vertAlign w:val="superscript"/>') +
          r(' cells, log') +
          r('2', '<w:vertAlign w:val="subscript"/>') +
          r('8'),
      ),
      '10⁶ cells, log₂8',
    ],
    [p(r('49', '<w:strike/>') + r(' 39')), '~~49~~ 39'],
    [
      p(`${r('DS')}<w:r><w:noBreakHyphen/></w:r>${r('100')}<w:r><w:tab/><w:t>A</w:t><w:br/><w:t>B</w:t></w:r>`),
      'DS-100 A\nB',
    ],
    [p(`<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>${r(' done')}`), '☑ done'],
    [
      p(`<w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>${r(' yes')}`),
      '[x] yes',
    ],
    [
      p(
        `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>${r('Click here')}</w:sdtContent></w:sdt><w:sdt><w:sdtContent>${r('Bramwell')}</w:sdtContent></w:sdt>`,
      ),
      'Bramwell',
    ],
    [p(`<w:hyperlink r:id="l">${r('the page')}</w:hyperlink>`), 'the page (https://example.com)'],
    [
      p('<m:oMath><m:r><m:t>U=R·I</m:t></m:r></m:oMath>') +
        '<m:oMathPara><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></m:oMathPara>',
      'U=R·I\nx',
    ],
    [p(r('Contents 3'), style('TOC1')) + p(r('hidden', '<w:vanish/>')) + p(r('Text.')), 'Text.'],
    [p(r('T'), '<w:framePr w:dropCap="drop"/>') + p(r('he association')), 'The association'],
    [
      p(
        '<w:r><w:ruby><w:rt><w:r><w:t>kan</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby></w:r>',
      ),
      '漢(kan)',
    ],
    [p('<w:r><w:drawing><wp:docPr descr="The door"/></w:drawing></w:r>'), 'The door'],
  ] as const
  for (const [given, expected] of cases) t.equal((await read(given)).text, expected, given)
})

t.test('a title is one also where its style is nowhere defined', async (t) => {
  const body = p(r('Kennel'), style('Title')) + p(r('Feeding'), style('Heading1')) + p(r('Twice a day.'))
  const { title, root } = await loadDocx(
    toZip({ 'word/document.xml': `<w:document><w:body>${body}</w:body></w:document>` }),
  )
  t.equal(title, 'Kennel')
  t.match(root.children, [{ type: 'heading', depth: 1 }, { type: 'heading', depth: 1 }, { type: 'paragraph' }])
})

t.test('tables keep their cells apart and say in each row what spans rows', async (t) => {
  const tc = (content: string, properties = ''): string => `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`
  const tr = (...cells: string[]): string => `<w:tr>${cells.join('')}</w:tr>`
  const inner = `<w:tbl>${tr(tc(p(r('Chairs'))), tc(p(r('24'))))}${tr(tc(p(r('Screens'))), tc(p(r('2'))))}</w:tbl>`
  const table = `<w:tbl>${tr(tc(p(r('Zone'))), tc(p(r('Rate')), '<w:gridSpan w:val="2"/>'))}${tr(tc(p(r('North')), '<w:vMerge w:val="restart"/>'), tc(p(r('1 kg'))), tc(p(r('5')) + p(r('EUR'))))}${tr(tc(p(''), '<w:vMerge/>'), tc(p(r('2 kg'))), tc(inner))}</w:tbl>`
  t.equal(
    (await read(table)).text,
    '| Zone | Rate | Rate |\n| --- | --- | --- |\n| North | 1 kg | 5 EUR |\n| North | 2 kg | Chairs 24; Screens 2 |',
  )
  t.equal((await read(`<w:tbl>${tr(tc(p(r('A box.'))))}</w:tbl>`)).text, 'A box.')
})

t.test('headers are read once and without page numbers, notes where they are referred to', async (t) => {
  const { text } = await read(
    `${p(r('Badges'), style('H1'))}${p(`${r('250')}<w:r><w:footnoteReference w:id="2"/></w:r>${r(' euros')}`)}<w:sectPr><w:headerReference r:id="h"/><w:headerReference r:id="h"/></w:sectPr>`,
    {
      'word/header1.xml': `<w:hdr>${p(r('QM-7731'))}${p(r('Page 3 of 4'))}</w:hdr>`,
      'word/footnotes.xml': `<w:footnotes><w:footnote w:type="separator" w:id="0">${p(r('--'))}</w:footnote><w:footnote w:id="2">${p(r('Before tax.'))}</w:footnote></w:footnotes>`,
    },
  )
  t.equal(text, '# Badges\nQM-7731\n250¹ euros\n¹ Before tax.')
})

t.test('short bold lines are headings where a document has no others', async (t) => {
  const bold = '<w:b/>'
  const body =
    p(r('Pets', bold)) +
    p(r('Dogs need consent.')) +
    p(r('Noise?', bold)) +
    p(r('Quiet at ten.')) +
    p(r('Mind this.', bold)) +
    p(r('End', bold))
  t.equal((await read(body)).text, '# Pets\nDogs need consent.\n# Noise?\nQuiet at ten.\nMind this.\nEnd')
  t.equal((await read(p(r('Rules'), style('H1')) + p(r('Pets', bold)) + p(r('Dogs.')))).text, '# Rules\nPets\nDogs.')
})

t.test('lines set larger are headings where a document has no others, by their size', async (t) => {
  const size = (halfPoints: number): string => `<w:sz w:val="${halfPoints}"/>`
  const body = p(r('Rules', size(40))) + p(r('For all of us.')) + p(r('Pets', size(28))) + p(r('Dogs need consent.'))
  const { text, depths } = await read(body)
  t.equal(text, '# Rules\nFor all of us.\n# Pets\nDogs need consent.')
  t.strictSame(depths, [1, 2])
})

t.test('a choice in a form is what was chosen', async (t) => {
  const list = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Monday"/><w:listEntry w:val="Tuesday"/></w:ddList>'
  const { text } = await read(p(`${r('Day: ')}<w:r><w:fldChar><w:ffData>${list}</w:ffData></w:fldChar></w:r>`))
  t.equal(text, 'Day: Tuesday')
})

t.test('charts and diagrams are what they say, and what cannot be read is counted', async (t) => {
  const drawing = (inner: string): string => `<w:r><w:drawing>${inner}</w:drawing></w:r>`
  const { text } = await read(p(drawing('<c:chart r:id="c"/>')) + p(drawing('<dgm:relIds r:dm="d"/>')), {
    'word/chart1.xml':
      '<c:chart><c:ser><c:tx><c:v>2026</c:v></c:tx><c:cat><c:pt><c:v>May</c:v></c:pt></c:cat><c:val><c:pt><c:v>5</c:v></c:pt></c:val></c:ser></c:chart>',
    'word/data1.xml': '<d><dgm:pt><dgm:t><a:p><a:t>Plan</a:t></a:p></dgm:t></dgm:pt></d>',
  })
  t.equal(text, '|  | 2026 |\n| --- | --- |\n| May | 5 |\n- Plan')
  const { lost } = await read(
    `${p(`${drawing('<c:chart r:id="x"/>')}<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r><w:r><w:object/></w:r><w:r><w:sym w:font="X" w:char="F041"/></w:r>`)}<w:altChunk/><w:altChunk/>`,
  )
  t.strictSame(lost, [
    '1 chart',
    '1 equation in an old format',
    '1 embedded object',
    '1 sign of an unknown font',
    '2 embedded documents',
  ])
})

t.test(
  'text that is moved up or down is raised or lowered, where it is moved by more than its alignment',
  async (t) => {
    const moved = (text: string, height: number): string => r(text, `<w:position w:val="${height}"/>`)
    const { root } = await loadDocx(
      toZip({
        'word/document.xml': `<w:document><w:body><w:p>${r('10')}${moved('6', 12)}${r(' CO')}${moved('2', -6)}${r(' 1')}${moved('0', 1)}</w:p></w:body></w:document>`,
      }),
    )
    t.equal(toText(root), '10⁶ CO2 10')
  },
)
