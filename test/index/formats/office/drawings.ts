import t from 'tap'
import { readChart, readDiagram } from '../../../../index/formats/office/drawings.ts'
import { parseXml } from '../../../../index/formats/office/xml.ts'
import { toText } from '../../../../index/text.ts'

const pt = (...values: string[]): string => values.map((value) => `<c:pt><c:v>${value}</c:v></c:pt>`).join('')

t.test('a chart is the table of its values, a diagram the list of its words', async (t) => {
  const chart = parseXml(
    Buffer.from(
      `<c:chart><c:title><a:t>Sales</a:t></c:title><c:ser><c:tx><c:v>2026</c:v></c:tx><c:cat>${pt('May', 'June')}</c:cat><c:val>${pt('1.5', '-2')}</c:val></c:ser></c:chart>`,
    ),
  )
  t.equal(readChart(chart).map(toText).join('\n'), 'Sales\n|  | 2026 |\n| --- | --- |\n| May | 1.5 |\n| June | -2 |')
  const diagram = parseXml(Buffer.from('<d><dgm:pt><dgm:t><a:p><a:t>Plan</a:t></a:p></dgm:t></dgm:pt><dgm:pt/></d>'))
  t.equal(readDiagram(diagram).map(toText).join(), '- Plan')
  t.strictSame([...readChart(parseXml(undefined)), ...readDiagram(parseXml(undefined))], [])
})
