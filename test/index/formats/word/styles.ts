import t from 'tap'
import { parseXml } from '../../../../index/formats/office/xml.ts'
import { readStyles, toDepth } from '../../../../index/formats/word/styles.ts'

t.test('a heading is known by its outline level, inherited or its own, or by its name', async (t) => {
  const style = (id: string, name: string, more = ''): string =>
    `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${more}</w:style>`
  const styles = readStyles(
    parseXml(
      Buffer.from(`<w:styles>${style('K', 'Kapitel', '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')}
      ${style('U', 'Unterkapitel', '<w:basedOn w:val="H2"/>')}${style('H2', 'heading 2', '<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr></w:pPr>')}
      ${style('T', 'Title')}${style('P', 'Heading')}${style('D', 'Überschrift 3')}${style('N', 'Normal', '<w:rPr><w:b/></w:rPr>')}
      ${style('L', 'Loop', '<w:basedOn w:val="L"/>')}
      ${style('M', 'Our title', '<w:basedOn w:val="T"/>')}${style('S', 'Subtitle', '<w:basedOn w:val="T"/>')}</w:styles>`),
    ),
  )
  t.strictSame(
    ['K', 'U', 'H2', 'T', 'P', 'D', 'N', 'L', 'M', 'S'].map((id) => styles.get(id)?.depth),
    [1, 2, 2, 1, 2, 3, undefined, undefined, 1, undefined],
  )
  t.match(styles.get('U'), { list: '4', level: 1 })
  t.ok(styles.get('N')?.bold)
  t.equal(toDepth('9'), undefined)
  t.equal(toDepth('8'), 6)
})
