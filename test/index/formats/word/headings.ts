import type { RootContent } from 'mdast'
import t from 'tap'
import { withHeadings } from '../../../../index/formats/word/headings.ts'

const paragraph = (value: string, data: RootContent['data'] = {}): RootContent => ({
  type: 'paragraph',
  data,
  children: [{ type: 'text', value }],
})

t.test('what is larger than the text heads it, and nothing does where headings are known', async (t) => {
  const blocks = [paragraph('Rules', { size: 40 }), paragraph('For all.', { size: 24 }), paragraph('x', { bold: true })]
  t.match(withHeadings(blocks), [{ type: 'heading', depth: 1 }, { type: 'paragraph' }, { type: 'paragraph' }])
  const heading: RootContent = { type: 'heading', depth: 2, children: [] }
  t.strictSame(withHeadings([heading, ...blocks]), [heading, ...blocks])
})
