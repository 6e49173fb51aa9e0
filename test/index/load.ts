import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError } from '../../function/errors.ts'
import { hashDocuments, listSources, loadDocument } from '../../index/load.ts'
import { toText } from '../../index/text.ts'

t.test('documents are found below a folder, in order, by their endings', async (t) => {
  const folder = t.testdir({
    'b.md': 'b',
    'a.txt': 'a',
    sub: { 'c.MDX': 'c', 'd.markdown': 'd' },
    'x.json': '{}',
    node_modules: { 'e.md': 'e' },
    '.hidden.md': 'h',
  })
  t.strictSame(await listSources(folder), ['a.txt', 'b.md', 'sub/c.MDX', 'sub/d.markdown'])
})

t.test('a folder that cannot be used is an error that says what to do', async (t) => {
  const folder = t.testdir({ empty: {}, 'file.md': 'x', other: { 'x.json': '{}' } })
  await t.rejects(
    listSources(join(folder, 'nowhere')),
    new ConfigError(`There is no folder ${join(folder, 'nowhere')}. Name the folder that holds your documents.`),
  )
  await t.rejects(listSources(join(folder, 'file.md')), { message: /is a file/ })
  await t.rejects(listSources(join(folder, 'empty')), {
    message: /There are no documents in .*empty: none of its files is \.md, \.mdx/,
  })
  await t.rejects(listSources(join(folder, 'other')), ConfigError)
})

t.test('a document without a title of its own is titled by its name', async (t) => {
  const folder = t.testdir({ 'scale-to-zero.md': 'Text.', guides: { 'README.md': 'Text.' }, 'note_s.txt': 'Text.' })
  const titles = await Promise.all(
    ['scale-to-zero.md', 'guides/README.md', 'note_s.txt'].map(async (source) => loadDocument(folder, source)),
  )
  t.match(titles, [{ title: 'Scale to zero' }, { title: 'Guides' }, { title: 'Note s' }])
})

t.test('UTF-16 with a byte-order mark is read, and so is UTF-8 with one', async (t) => {
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße 豆', 'utf16le')])
  const folder = t.testdir({
    'little.txt': little,
    'big.txt': Buffer.from(little).swap16(),
    'eight.txt': '\uFEFFGrüße 豆',
  })
  for (const source of ['little.txt', 'big.txt', 'eight.txt']) {
    const document = await loadDocument(folder, source)
    t.equal('root' in document && toText(document.root), 'Grüße 豆', source)
  }
})

t.test('a file that cannot be used is skipped with its reason', async (t) => {
  const folder = t.testdir({
    'binary.md': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0x01]),
    'nul.md': 'text\0text',
    'latin1.txt': Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65]),
    'blank.md': ' \n\n',
    'folder.md': {},
  })
  symlinkSync(join(folder, 'gone'), join(folder, 'dangling.md'))
  t.match(await loadDocument(folder, 'binary.md'), { why: 'not UTF-8 or UTF-16 text' })
  t.match(await loadDocument(folder, 'nul.md'), { why: 'not UTF-8 or UTF-16 text' })
  t.match(await loadDocument(folder, 'latin1.txt'), { why: 'not UTF-8 or UTF-16 text' })
  t.match(await loadDocument(folder, 'blank.md'), { why: 'no text in it' })
  t.match(await loadDocument(folder, 'folder.md'), { why: /cannot be read \(EISDIR/ })
  t.match(await loadDocument(folder, 'dangling.md'), { why: /cannot be read \(ENOENT/, hash: '' })
})

t.test('the hash of documents changes with a path or a content, and not with their order', async (t) => {
  const documents = [
    { source: 'a.md', hash: '1' },
    { source: 'b.md', hash: '2' },
  ]
  const hash = hashDocuments(documents)
  t.equal(hashDocuments(documents.toReversed()), hash)
  t.not(hashDocuments([{ source: 'a.md', hash: '1' }]), hash)
  t.not(hashDocuments([...documents.slice(0, 1), { source: 'c.md', hash: '2' }]), hash)
})
