import t from 'tap'
import { loadPlainText } from '../../../index/formats/plain-text.ts'
import { toText } from '../../../index/text.ts'

t.test('plain text is cut at blank lines and taken as it is', async (t) => {
  const { title, root } = loadPlainText('# not a heading\nsame paragraph\r\n\r\n  *second*  \n\n\n')
  t.equal(title, undefined)
  t.strictSame(root.children.map(toText), ['# not a heading\nsame paragraph', '*second*'])
})

t.test('a new page parts paragraphs', async (t) => {
  t.strictSame(loadPlainText('One.\fTwo.').root.children.map(toText), ['One.', 'Two.'])
})
