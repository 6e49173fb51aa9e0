import t from 'tap'
import { createNumbering, nextLabel } from '../../../../index/formats/office/odf-numbering.ts'
import { elements, parseXml, type Xml } from '../../../../index/formats/office/xml.ts'

const styles = parseXml(
  Buffer.from(
    '<s><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="1"/></text:list-style><text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/><text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style></s>',
  ),
)
const list = (attributes: string): Xml =>
  elements(parseXml(Buffer.from(`<text:list text:style-name="L" ${attributes}/>`)))[0] ?? styles

t.test('lists count at each level, begin anew, and go on where they say so', async (t) => {
  const { begin } = createNumbering(styles)
  const first = begin(list('xml:id="a"'))
  t.strictSame(
    [nextLabel(first, 1), nextLabel(first, 2), nextLabel(first, 2), nextLabel(first, 1)],
    ['1.', 'a)', 'b)', '2.'],
  )
  t.equal(nextLabel(begin(list('')), 1), '1.')
  t.equal(nextLabel(begin(list('text:continue-list="a"')), 1), '3.')
  t.equal(nextLabel(begin(list('')), 3), '', 'a level without a rule')
})

t.test('headings are numbered by the outline', async (t) => {
  const { ofHeading } = createNumbering(styles)
  const heading = parseXml(Buffer.from(''))
  t.strictSame(
    [ofHeading(heading, 1), ofHeading(heading, 2), ofHeading(heading, 1), ofHeading(heading, 2)],
    ['1', '1.1', '2', '2.1'],
  )
})
