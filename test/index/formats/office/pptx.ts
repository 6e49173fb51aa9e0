import t from 'tap'
import { loadPptx } from '../../../../index/formats/office/pptx.ts'
import { toText } from '../../../../index/text.ts'
import { toZip } from '../../../zip.ts'

const relations = (...all: ReadonlyArray<readonly [id: string, type: string, target: string]>): string =>
  `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="x/${type}" Target="${target}"/>`).join('')}</Relationships>`
const shape = (kind: string, ...lines: string[]): string =>
  `<p:sp><p:nvSpPr><p:nvPr>${kind === '' ? '' : `<p:ph type="${kind}"/>`}</p:nvPr></p:nvSpPr><p:txBody>${lines.map((line) => `<a:p>${line}</a:p>`).join('')}</p:txBody></p:sp>`
const r = (text: string, looks = ''): string => `<a:r><a:rPr ${looks}/><a:t>${text}</a:t></a:r>`
const slide = (content: string): string => `<p:sld><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`

t.test('a presentation is its slides in their order, with their titles, tables and notes', async (t) => {
  const table = `<p:graphicFrame><a:tbl><a:tr><a:tc gridSpan="2"><a:txBody><a:p>${r('Rates')}</a:p></a:txBody></a:tc><a:tc hMerge="1"/></a:tr><a:tr><a:tc><a:txBody><a:p>${r('North')}</a:p></a:txBody></a:tc><a:tc><a:txBody><a:p>${r('7')}</a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>`
  const { title, root, lost } = await loadPptx(
    toZip({
      'ppt/presentation.xml':
        '<p:presentation><p:sldIdLst><p:sldId r:id="b"/><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/s1.xml'], ['b', 'slide', 'slides/s2.xml']),
      'ppt/slides/s2.xml': slide(
        shape('body', r('One'), `<a:pPr lvl="1"/>${r('Two')}`) +
          shape('title', r('Launch plan')) +
          shape('sldNum', r('1')),
      ),
      'ppt/slides/s1.xml': slide(
        `<p:grpSp>${shape('', `${r('10')}${r('6', 'baseline="30000"')} cells<a:br/>${r('49', 'strike="sngStrike"')}`)}</p:grpSp>${table}<p:pic><p:nvPicPr><p:cNvPr descr="The door"/></p:nvPicPr></p:pic><p:graphicFrame><c:chart r:id="x"/></p:graphicFrame>`,
      ),
      'ppt/slides/_rels/s1.xml.rels': relations(['n', 'notesSlide', '../notes.xml']),
      'ppt/notes.xml': `<p:notes>${shape('body', r('Say hello.'))}${shape('sldNum', r('2'))}</p:notes>`,
    }),
  )
  t.equal(title, 'Launch plan')
  t.equal(
    root.children.map((node) => `${node.data?.page}: ${toText(node)}`).join('\n'),
    '1: Launch plan\n1: - One\n  - Two\n2: \n2: 10⁶\n~~49~~\n2: | Rates | Rates |\n| --- | --- |\n| North | 7 |\n2: The door\n2: Notes: Say hello.',
  )
  t.strictSame(lost, ['a chart'])
})

t.test(
  'lists keep what they count with, links their address, merged cells their words; a number of a slide is none of its text',
  async (t) => {
    const counted = (kind: string, text: string, level = 0): string =>
      `<a:pPr lvl="${level}"><a:buAutoNum type="${kind}"/></a:pPr>${r(text)}`
    const cell = (text: string, attributes = ''): string =>
      `<a:tc ${attributes}><a:txBody><a:p>${text === '' ? '' : r(text)}</a:p></a:txBody></a:tc>`
    const table = `<p:graphicFrame><a:tbl><a:tr>${cell('Bolt', 'rowSpan="2"')}${cell('Torque', 'gridSpan="2"')}${cell('', 'hMerge="1"')}</a:tr><a:tr>${cell('', 'vMerge="1"')}${cell('Nm')}${cell('lb-ft')}</a:tr><a:tr>${cell('M8')}${cell('25')}${cell('18.4')}</a:tr></a:tbl></p:graphicFrame>`
    const { root, lost } = await loadPptx(
      toZip({
        'ppt/presentation.xml':
          '<p:presentation><p:sldIdLst><p:sldId r:id="a"/><p:sldId r:id="b"/></p:sldIdLst></p:presentation>',
        'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/s1.xml'], ['b', 'slide', 'slides/s2.xml']),
        'ppt/slides/s1.xml': slide(
          shape('title', r('Steps')) +
            shape(
              '',
              counted('arabicPeriod', 'Open'),
              counted('alphaUcParenR', 'left', 1),
              counted('arabicPeriod', 'Close'),
              r('Rest'),
              '<a:r><a:rPr><a:hlinkClick r:id="x"/></a:rPr><a:t>Manual</a:t></a:r><a:fld type="slidenum"><a:t>4</a:t></a:fld>',
            ) +
            table,
        ),
        'ppt/slides/_rels/s1.xml.rels': relations(['x', 'hyperlink', 'https://example.org/m']),
        'ppt/slides/s2.xml': slide('<p:pic/>'),
      }),
    )
    t.equal(
      root.children.map(toText).join('\n'),
      'Steps\n1. Open\n   A) left\n2. Close\n- Rest\n- Manual (https://example.org/m)\n| Bolt | Torque Nm | Torque lb-ft |\n| --- | --- | --- |\n| M8 | 25 | 18.4 |',
    )
    t.strictSame(lost, ['1 slide without text (pictures?)'])
  },
)

t.test('a formula of a slide is read where it stands', async (t) => {
  const squared = '<m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>'
  const formula = `<a14:m><m:oMathPara><m:oMathParaPr/><m:oMath><m:r><m:rPr/><m:t>E=m</m:t></m:r>${squared}</m:oMath></m:oMathPara></a14:m>`
  const { root, lost } = await loadPptx(
    toZip({
      'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/s1.xml']),
      'ppt/slides/s1.xml': slide(
        `${shape('title', r('Energy'))}<mc:AlternateContent><mc:Choice>${shape('', `${r('So ')}${formula}${r(', always.')}`)}</mc:Choice><mc:Fallback><p:pic/></mc:Fallback></mc:AlternateContent>`,
      ),
    }),
  )
  t.equal(root.children.map(toText).join('\n'), 'Energy\nSo E=mc², always.')
  t.strictSame(lost, [])
})

t.test('a deck of nothing but titles says its titles', async (t) => {
  const { title, root } = await loadPptx(
    toZip({
      'ppt/presentation.xml': '<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
      'ppt/_rels/presentation.xml.rels': relations(['a', 'slide', 'slides/s1.xml']),
      'ppt/slides/s1.xml': slide(shape('title', r('The harbour opens in May'))),
    }),
  )
  t.equal(title, 'The harbour opens in May')
  t.match(root.children, [{ type: 'paragraph', data: { page: 1 } }])
})
