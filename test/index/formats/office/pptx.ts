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
