import t from 'tap'
import { parseXml } from '../../../../index/formats/office/xml.ts'
import { createNumbering } from '../../../../index/formats/word/numbering.ts'

const level = (index: number, format: string, text: string, more = ''): string =>
  `<w:lvl w:ilvl="${index}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/>${more}</w:lvl>`

t.test('paragraphs are numbered as Word numbers them', async (t) => {
  const next = createNumbering(
    parseXml(
      Buffer.from(`<w:numbering>
      <w:abstractNum w:abstractNumId="0">${level(0, 'decimal', '%1')}${level(1, 'decimal', '%1.%2')}${level(2, 'lowerLetter', '(%3)')}</w:abstractNum>
      <w:abstractNum w:abstractNumId="1">${level(0, 'upperRoman', 'Article %1')}${level(1, 'decimal', '%1.%2', '<w:isLgl/>')}</w:abstractNum>
      <w:abstractNum w:abstractNumId="2">${level(0, 'bullet', '\uf0b7', '<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr>')}${level(1, 'none', '')}${level(2, 'decimalZero', '%3.')}</w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
      <w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
      <w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>
      <w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num></w:numbering>`),
    ),
  )
  t.strictSame(
    [next('1', 0), next('1', 1), next('1', 1), next('1', 2), next('1', 0), next('1', 1), next('1', 2)],
    ['1', '1.1', '1.2', '(a)', '2', '2.1', '(a)'],
  )
  t.strictSame([next('2', 0), next('2', 0)], ['1', '2'], 'a list that begins anew')
  t.strictSame([next('3', 0), next('3', 0), next('3', 1)], ['Article I', 'Article II', '2.1'])
  t.strictSame([next('4', 0), next('4', 1), next('4', 2)], ['•', '', '01.'])
  t.equal(next('9', 0), '•', 'a list that the file does not have')
})
