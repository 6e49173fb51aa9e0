import t from 'tap'
import { loadEpub } from '../../../../index/formats/office/epub.ts'
import { toText } from '../../../../index/text.ts'
import { toZip } from '../../../zip.ts'

const container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
const book =
  '<package><metadata><dc:title>The book</dc:title></metadata><manifest><item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="b%20b.xhtml"/><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="n"/><itemref idref="b"/><itemref idref="a"/><itemref idref="z"/></spine></package>'

t.test('an e-book is its chapters in the order of its spine', async (t) => {
  const chapter = (text: string): string =>
    `<html><head><title/></head><body><h1>${text}</h1><p>10<sup>6</sup></p></body></html>`
  const { title, root } = await loadEpub(
    toZip({
      'META-INF/container.xml': container,
      'OEBPS/book.opf': book,
      'OEBPS/a.xhtml': chapter('Two'),
      'OEBPS/b b.xhtml': chapter('One'),
      'OEBPS/nav.xhtml': chapter('Contents'),
    }),
  )
  t.equal(title, 'The book')
  t.equal(toText(root), 'One\n\n10⁶\n\nTwo\n\n10⁶')
})

t.test('notes, heads of chapters and what stands below a letter are text of a book', async (t) => {
  const { root } = await loadEpub(
    toZip({
      'META-INF/container.xml': container,
      'OEBPS/book.opf': book,
      'OEBPS/a.xhtml':
        '<html><head><title>II</title></head><body><section epub:type="chapter"><header><h2>A Letter</h2><p>1801</p></header><p>Come.<a epub:type="noteref" href="#n">1</a></p><footer><p>Your Ann</p></footer><aside epub:type="footnote" id="n"><p>By boat.</p></aside></section></body></html>',
    }),
  )
  t.equal(toText(root), 'A Letter\n\n1801\n\nCome.¹\n\nYour Ann\n\nBy boat.')
})

t.test('one that is broken or protected says so', async (t) => {
  await t.rejects(loadEpub(toZip({ x: 'y' })), { message: 'not an e-book that can be opened' })
  await t.rejects(
    loadEpub(
      toZip({
        'META-INF/container.xml': container,
        'OEBPS/book.opf': book,
        'META-INF/encryption.xml': '',
        'META-INF/rights.xml': '',
      }),
    ),
    { message: 'protected against copying' },
  )
})
