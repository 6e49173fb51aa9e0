import t from 'tap'
import { loadPdf } from '../../../../index/formats/pdf/pdf.ts'
import { toText } from '../../../../index/text.ts'

interface Cell {
  readonly role: 'TH' | 'TD'
  readonly page: number
  /** Its lines, each with where it begins. */
  readonly lines: ReadonlyArray<readonly [x: number, y: number, text: string]>
  readonly attributes?: string
}

/** A tagged PDF of one table, its cells wherever they are drawn. */
function toTaggedPdf(rows: ReadonlyArray<readonly Cell[]>, pages: number): Buffer {
  const objects: string[] = []
  const add = (object: string): number => objects.push(object)
  const at = (number: number): string => `${number} 0 R`
  const firstPage = 4
  const tree = firstPage + 2 * pages
  const table = tree + 2
  add(`<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot ${at(tree)} >>`)
  add(
    `<< /Type /Pages /Count ${pages} /Kids [${Array.from({ length: pages }, (_, page) => at(firstPage + 2 * page)).join(' ')}] >>`,
  )
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  const contents = Array.from({ length: pages }, () => ({ text: '', cells: [] as number[] }))
  const elements: string[] = []
  for (const [index, row] of rows.entries()) {
    const own = table + 1 + elements.length
    const kids = row.map((_, cell) => at(own + 1 + cell))
    elements.push(`<< /S /TR /P ${at(table)} /K [${kids.join(' ')}] >>`)
    for (const { role, page, lines, attributes = '' } of rows[index] ?? []) {
      const content = contents[page]
      if (content === undefined) continue
      const id = content.cells.push(table + 1 + elements.length) - 1
      content.text += `/TD <</MCID ${id}>> BDC\n${lines.map(([x, y, text]) => `BT /F1 10 Tf ${x} ${y} Td (${text}) Tj ET\n`).join('')}EMC\n`
      elements.push(
        `<< /S /${role} /P ${at(own)} /Pg ${at(firstPage + 2 * page)} /K ${id} ${attributes === '' ? '' : `/A << /O /Table ${attributes} >>`} >>`,
      )
    }
  }
  for (const [page, { text }] of contents.entries()) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /StructParents ${page} /Contents ${at(firstPage + 2 * page + 1)} /Resources << /Font << /F1 3 0 R >> >> >>`,
    )
    const whole = `BT /F1 10 Tf 50 750 Td (${page === 0 ? 'Before it.' : 'Once more.'}) Tj ET\n${text}`
    add(`<< /Length ${whole.length} >>\nstream\n${whole}\nendstream`)
  }
  add(`<< /Type /StructTreeRoot /K ${at(table)} /ParentTree ${at(tree + 1)} >>`)
  add(`<< /Nums [${contents.map(({ cells }, page) => `${page} [${cells.map(at).join(' ')}]`).join(' ')}] >>`)
  const kids = elements.flatMap((element, index) => (element.includes('/TR') ? [at(table + 1 + index)] : []))
  add(`<< /S /Table /P ${at(tree)} /K [${kids.join(' ')}] >>`)
  for (const element of elements) add(element)
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')
  return Buffer.from(`%PDF-1.7\n${body}trailer << /Size ${objects.length + 1} /Root 1 0 R >>\n%%EOF`)
}

const cell = (x: number, y: number, ...texts: string[]): Cell => ({
  role: 'TD',
  page: 0,
  lines: texts.map((text, index) => [x, y - index * 12, text]),
})

t.test('a table that the file tags as one has its cells whole, whatever they look like', async (t) => {
  const { root } = await loadPdf(
    toTaggedPdf(
      [
        [
          { ...cell(50, 700, 'Part'), role: 'TH', attributes: '/RowSpan 2' },
          { ...cell(150, 700, 'Limits'), role: 'TH', attributes: '/ColSpan 2' },
        ],
        [
          { ...cell(150, 686, 'min'), role: 'TH' },
          { ...cell(200, 686, 'max'), role: 'TH' },
        ],
        [cell(50, 650, 'Seal of the', 'outer pipe'), cell(150, 644, '-5'), cell(200, 644, '40')],
        [
          { ...cell(50, 700, 'Ring'), page: 1 },
          { ...cell(150, 706, '1', '200'), page: 1 },
          { ...cell(200, 706, '3', '400'), page: 1 },
        ],
      ],
      2,
    ),
  )
  const head = '| Part | Limits min | Limits max |\n| --- | --- | --- |'
  t.strictSame(
    root.children.map((node) => `${node.data?.page}: ${toText(node)}`),
    [
      '1: Before it.',
      `1: ${head}\n| Seal of the outer pipe | -5 | 40 |`,
      '2: Once more.',
      `2: ${head}\n| Ring | 1 200 | 3 400 |`,
    ],
    'and its head again on the next page',
  )
})

t.test('one that only lays out the page is text', async (t) => {
  const long = Array.from({ length: 30 }, (_, index) => `This is line ${index} of a column that goes on.`)
  const { root } = await loadPdf(
    toTaggedPdf([[cell(50, 700, ...long), cell(350, 700, 'Beside.')], [cell(50, 100, 'Below.')]], 1),
  )
  t.notOk(root.children.some(({ type, data }) => type === 'table' && data?.plain === undefined))
  t.match(toText(root), /This is line 29 of a column/)
})
