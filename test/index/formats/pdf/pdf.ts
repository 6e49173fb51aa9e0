import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openTable } from '../../../../function/table/open.ts'
import { loadPdf } from '../../../../index/formats/pdf/pdf.ts'
import { toText } from '../../../../index/text.ts'
import { makeTable, startFunction } from '../../../running.ts'

const formats = join(import.meta.dirname, '../../../fixtures/formats')

t.test('a PDF is its text, page by page', async (t) => {
  const { title, root } = await loadPdf(readFileSync(join(formats, 'manual.pdf')))
  t.equal(title, 'Pump manual')
  t.match(toText(root), /Open the valve before you start the pump\.[\s\S]*Error E17 means that the filter is blocked\./)
  t.strictSame(
    [...new Set(root.children.flatMap((node) => (node.type === 'paragraph' ? [node.data?.page] : [])))],
    [1, 2],
  )
})

t.test('a chunk of a PDF keeps its page, and one of any other format has none', async (t) => {
  const table = join(t.testdir(), 'table')
  const { manifest, skipped } = await makeTable(formats, table)
  t.equal(manifest.documents, 3)
  t.strictSame(
    skipped.map(({ source }) => source),
    ['encrypted.pdf', 'scanned.pdf'],
  )
  const rows: Array<{ source: string; page: number | null; text: string }> = await (await openTable(table)).chunks
    .query()
    .toArray()
  t.strictSame(
    rows.filter(({ source }) => source === 'manual.pdf').map(({ page }) => page),
    [1, 2],
  )
  t.ok(rows.filter(({ source }) => source !== 'manual.pdf').every(({ page }) => page === null))

  const { url } = await startFunction(t, { TABLE_URI: table })
  const reply = await fetch(`${url}/search?q=What+does+error+E17+mean`)
  t.match(
    await reply.json(),
    { answered: true, sources: [{ source: 'manual.pdf', page: 2 }] },
    'which a citation names',
  )
})

/** A PDF of lines set at a size, an x and a y. */
function toPdf(
  pages: ReadonlyArray<ReadonlyArray<readonly [size: number, x: number, y: number, text: string]>>,
  title = '',
  fields: readonly string[] = [],
  font = '',
): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${5 + 2 * index} 0 R`).join(' ')}] >>`,
    `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ${font} >>`,
    `<< /Title (${title}) >>`,
    ...pages.flatMap((lines, index) => {
      const content = lines.map(([size, x, y, text]) => `BT /F1 ${size} Tf ${x} ${y} Td (${text}) Tj ET`).join('\n')
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${6 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> ${index === 0 && fields.length > 0 ? `/Annots [${fields.join(' ')}]` : ''} >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
  ]
  const map =
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <E020> endbfrange endcmap'
  const body = `${objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')}90 0 obj\n<< /Length ${map.length} >>\nstream\n${map}\nendstream\nendobj\n`
  return Buffer.from(`%PDF-1.7\n${body}trailer << /Size ${objects.length + 1} /Root 1 0 R /Info 4 0 R >>\n%%EOF`)
}

const wide = 'This line is long enough that it reaches the right edge of the page and goes'

t.test('larger type is a heading, a wider gap parts paragraphs, and short lines keep their breaks', async (t) => {
  const pdf = toPdf([
    [
      [24, 50, 700, 'Pumps'],
      [16, 50, 660, '1 Safety'],
      [10, 50, 640, wide],
      [10, 50, 628, 'on in the next one, which has a hyphe-'],
      [10, 50, 616, 'nated word.'],
      [10, 50, 580, 'Another paragraph:'],
      [10, 50, 568, '-c, --check'],
      [10, 50, 556, '-v, --verbose'],
      [16, 50, 500, '2 Contents . . . . . . . . . 7'],
      [10, 50, 480, 'End.'],
    ],
  ])
  const { title, root } = await loadPdf(pdf)
  t.equal(title, 'Pumps')
  t.strictSame(
    root.children.map((node) => [node.type, node.type === 'heading' ? node.depth : null, toText(node)]),
    [
      ['heading', 1, 'Pumps'],
      ['heading', 2, '1 Safety'],
      ['paragraph', null, `${wide} on in the next one, which has a hyphenated word.`],
      ['paragraph', null, 'Another paragraph:\n-c, --check\n-v, --verbose'],
      ['heading', 2, '2 Contents … 7'],
      ['paragraph', null, 'End.'],
    ],
  )
})

t.test('what stands at the head or foot of many pages is said once, without the numbers of pages', async (t) => {
  const page = (number: number, text: string): Array<readonly [number, number, number, string]> => [
    [10, 50, 780, `Chapter 3: Pumps ${number}`],
    [10, 50, 700, text],
    [10, 50, 680, 'The same on every page.'],
    [10, 50, 660, text],
    [10, 300, 20, `Page ${number} of 3`],
  ]
  const { title, root } = await loadPdf(
    toPdf([page(1, 'One.'), page(2, 'Two.'), page(3, 'Three.'), []], 'Microsoft Word - pumps.doc'),
  )
  t.equal(title, undefined)
  t.equal(toText(root).match(/Chapter 3: Pumps(?! \d)/g)?.length, 1)
  t.notMatch(toText(root), /Page/)
  t.equal(toText(root).match(/The same on every page\./g)?.length, 3)
})

t.test('a head and a foot that were written before the text are known by where they stand', async (t) => {
  const page = (number: number, text: string): Array<readonly [number, number, number, string]> => [
    [10, 50, 780, 'Pump handbook'],
    [10, 300, 20, String(number)],
    [10, 50, 700, text],
    [10, 50, 688, `The end of ${text}`],
  ]
  const { root } = await loadPdf(toPdf([page(1, 'One.'), page(2, 'Two.'), page(3, 'Three.')]))
  t.strictSame(root.children.map(toText), [
    'Pump handbook',
    'One.\nThe end of One.',
    'Two.\nThe end of Two.',
    'Three.\nThe end of Three.',
  ])
})

t.test('what is filled into a form stands beside its label', async (t) => {
  const fields = [
    '<< /Type /Annot /Subtype /Widget /FT /Tx /T (plate) /V (KX-204-B) /Rect [200 695 300 710] >>',
    '<< /Type /Annot /Subtype /Widget /FT /Btn /T (box) /V /Yes /AS /Yes /AP << /N << /Yes << >> /Off << >> >> >> /Rect [200 665 212 677] >>',
    '<< /Type /Annot /Subtype /FreeText /Contents (Approved) /Rect [200 635 300 650] >>',
  ]
  const { root } = await loadPdf(
    toPdf(
      [
        [
          [10, 50, 700, 'Licence plate'],
          [10, 50, 670, 'Disabled'],
          [10, 50, 640, 'Office'],
        ],
      ],
      '',
      fields,
    ),
  )
  t.equal(toText(root), 'Licence plate  KX-204-B\nDisabled  [x]\nOffice  Approved')
})

t.test('a font that does not say what its letters are is named, not stored', async (t) => {
  const page = (text: string): Array<readonly [number, number, number, string]> => [[10, 50, 700, text]]
  const map = '/ToUnicode 90 0 R'
  await t.rejects(loadPdf(toPdf([page('The warranty')], '', [], map)), {
    message: /^its fonts do not say which letters they show: print it/,
  })
  await t.rejects(loadPdf(Buffer.from('%PDF-1.4 nothing')), { message: 'not a PDF that can be opened' })
})

t.test('pages without text beside others are counted', async (t) => {
  const { lost } = await loadPdf(toPdf([[[10, 50, 700, 'Text.']], []]))
  t.strictSame(lost, ['1 page without text (scanned?)'])
})

t.test('a title that a program wrote is none', async (t) => {
  const page: Array<readonly [number, number, number, string]> = [
    [20, 50, 700, 'Real heading'],
    [10, 50, 680, 'Some text that is longer.'],
  ]
  const cases = [
    ['Pump manual', 'Pump manual'],
    ['\\(anonymous\\)', 'Real heading'],
    ['PowerPoint Presentation', 'Real heading'],
    ['Microsoft Word - pumps.doc', 'Real heading'],
    ['Document1', 'Real heading'],
    ['manual.indd', 'Real heading'],
  ] as const
  for (const [given, expected] of cases) t.equal((await loadPdf(toPdf([page], given))).title, expected, given)
})

t.test('a form that only Adobe can show is named', async (t) => {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 4 0 R>>>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 5 0 R>>',
    '<</Length 4>>stream\n<x/>\nendstream',
    '<</Length 44>>stream\nBT /F 12 Tf 20 200 Td (Please wait...) Tj ET\nendstream',
  ]
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj`).join('\n')
  const { lost } = await loadPdf(
    Buffer.from(`%PDF-1.7\n${body}\ntrailer\n<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n`),
  )
  t.match(lost, [/XFA form/])
})
