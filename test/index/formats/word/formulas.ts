import t from 'tap'
import { parseXml } from '../../../../index/formats/office/xml.ts'
import { toFormulaLine } from '../../../../index/formats/word/formulas.ts'

const r = (text: string): string => `<m:r><m:t>${text}</m:t></m:r>`
const e = (text: string): string => `<m:e>${r(text)}</m:e>`

t.test('a formula is one line in which no number changes', async (t) => {
  const cases = [
    [`${r('E=m')}<m:sSup>${e('c')}<m:sup>${r('2')}</m:sup></m:sSup>`, 'E=mc²'],
    [`<m:f><m:num>${r('a+b')}</m:num><m:den>${r('2')}</m:den></m:f>`, '(a+b)/2'],
    [`<m:rad><m:deg/>${e('x')}</m:rad>`, '√(x)'],
    [`<m:sSub>${e('x')}<m:sub>${r('i')}</m:sub></m:sSub>`, 'x_i'],
    [`<m:sSubSup>${e('x')}<m:sub>${r('1')}</m:sub><m:sup>${r('2')}</m:sup></m:sSubSup>`, 'x1²'],
    [
      `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${r('1')}</m:sub><m:sup>${r('n')}</m:sup>${e('k')}</m:nary>`,
      '∑₁ⁿ k',
    ],
    [`<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr>${e('x')}</m:d>`, '[x]'],
    [`<m:m><m:mr>${e('1')}${e('0')}</m:mr></m:m>`, '1 0; '],
    [`<m:func><m:fName>${r('sin')}</m:fName>${e('x')}</m:func><m:bar>${e('y')}</m:bar>`, 'sin(x)y'],
  ] as const
  for (const [given, expected] of cases)
    t.equal(toFormulaLine(parseXml(Buffer.from(`<m:oMath>${given}</m:oMath>`))), expected)
})
