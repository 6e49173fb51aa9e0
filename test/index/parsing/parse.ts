import t from 'tap'
import { parse } from '../../../index/parsing/parse.ts'

t.test('a document is its chunks, with what was lost of it', async (t) => {
  const folder = t.testdir({
    'a.md': '# Title\n\nText.',
    'b.md': '# Only a title',
    'c.txt': Buffer.from('caf\xe9', 'latin1'),
    'd.doc': 'x',
  })
  t.match(await parse({ folder, source: 'a.md', maxTokens: 256 }), {
    source: 'a.md',
    title: 'Title',
    chunks: [{ text: 'Text.' }],
    lost: [],
  })
  t.match(await parse({ folder, source: 'b.md', maxTokens: 256 }), { chunks: [], why: 'no text in it' })
  t.match(await parse({ folder, source: 'c.txt', maxTokens: 256 }), {
    chunks: [{ text: 'café' }],
    lost: ['not UTF-8: read as windows-1252'],
  })
  t.match(await parse({ folder, source: 'd.doc', maxTokens: 256 }), {
    chunks: [],
    why: /soffice --headless --convert-to docx d\.doc/,
  })
})
