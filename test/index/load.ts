import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError } from '../../function/errors.ts'
import { listFolder, listSources } from '../../index/files.ts'
import { hashDocuments, hashSource, loadDocument } from '../../index/load.ts'
import { toText } from '../../index/text.ts'
import { failure } from '../ollama.ts'

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
  const folder = t.testdir({
    empty: {},
    'file.md': 'x',
    other: { '.hidden': '', 'x.json': '{}' },
    pictures: { 'a.png': '', 'b.png': '', 'c.zip': '' },
  })
  await t.rejects(
    listSources(join(folder, 'nowhere')),
    new ConfigError(`There is no folder ${join(folder, 'nowhere')}. Name the folder that holds your documents.`),
  )
  await t.rejects(listSources(join(folder, 'file.md')), { message: /is a file/ })
  await t.rejects(listSources(join(folder, 'empty')), {
    message:
      /There are no documents in .*empty: there is no file in it\..*\.md, \.mdx.*\.docm.*\.xlsm.*\.tsv.*\.odp, \.ods/,
  })
  await t.rejects(listSources(join(folder, 'other')), ConfigError)
  await t.rejects(listSources(join(folder, 'pictures')), {
    message:
      /pictures: what is there is left out \(2 \.png, 1 \.zip\)\.\n {2}\.png: pictures.*ocrmypdf.*\n {2}\.zip: archives/,
  })
  await t.rejects(listSources(join(folder, 'other'), { include: ['*.mdd'], exclude: ['a'] }), {
    message: /other: nothing in it is chosen by --include '\*\.mdd' --exclude 'a'\. A pattern is held against the path/,
  })
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
    'cyrillic.txt': Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
    'blank.md': ' \n\n',
    'folder.md': {},
    'deep.md': Array.from({ length: 110 }, (_, depth) => `${'  '.repeat(depth)}- item`).join('\n'),
    'deep.html': `${'<div>'.repeat(20_000)}Text`,
  })
  execFileSync('mkfifo', [join(folder, 'pipe.md')])
  symlinkSync(join(folder, 'gone'), join(folder, 'dangling.md'))
  t.match(await loadDocument(folder, 'binary.md'), {
    why: 'not text in an encoding that is certain: save it as UTF-8 (iconv -f ENCODING -t UTF-8 binary.md)',
  })
  t.match(await loadDocument(folder, 'nul.md'), { why: /save it as UTF-8/ })
  t.match(await loadDocument(folder, 'cyrillic.txt'), {
    why: /save it as UTF-8/,
  })
  t.match(await loadDocument(folder, 'blank.md'), { why: 'no text in it' })
  t.match(await loadDocument(folder, 'folder.md'), { why: 'cannot be read (not a file)' })
  t.match(await loadDocument(folder, 'pipe.md'), { why: 'cannot be read (not a file)' }, 'and nobody waits for a pipe')
  t.match(await loadDocument(folder, 'deep.md'), { why: 'cannot be read (nested too deeply)' })
  t.match(await loadDocument(folder, 'deep.html'), { why: 'cannot be read (nested too deeply)' })
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

const formats = join(import.meta.dirname, '../fixtures/formats')

t.test('a file that is encrypted, scanned or broken is skipped by name, and the others are read', async (t) => {
  const folder = t.testdir({
    'broken.pdf': '%PDF-1.7 and no more',
    'broken.docx': 'PK not a zip',
    'empty.html': '<nav>only a menu</nav>',
    'empty.docx': '',
  })
  t.match(await loadDocument(formats, 'encrypted.pdf'), { why: 'encrypted: remove its password' })
  t.match(await loadDocument(formats, 'scanned.pdf'), {
    why: 'no text in it (scanned?): ocrmypdf scanned.pdf scanned.pdf',
  })
  t.match(await loadDocument(folder, 'empty.docx'), { why: 'an empty file' })
  t.match(await loadDocument(folder, 'broken.pdf'), { why: 'not a PDF that can be opened' })
  t.match(await loadDocument(folder, 'broken.docx'), { why: 'not a Word document that can be opened' })
  t.match(await loadDocument(folder, 'broken.docx'), { why: /: open it in .* save it again, or fetch it again$/ })
  t.match(await loadDocument(folder, 'empty.html'), { why: 'no text in it' })
  for (const source of ['manual.pdf', 'holidays.docx', 'article.html'])
    t.ok('root' in (await loadDocument(formats, source)), source)
})

t.test('a file that is too large is skipped', async (t) => {
  const folder = t.testdir({ 'large.md': 'word '.repeat(1_700_000), 'large.txt': 'word '.repeat(1_700_000) })
  t.match(await loadDocument(folder, 'large.md'), { why: 'larger than 8 MB' })
  t.ok('root' in (await loadDocument(folder, 'large.txt')), 'plain text may be larger')
})

t.test('files are chosen by globs and by .gitignore', async (t) => {
  const folder = t.testdir({
    '.gitignore': 'drafts/\n*.txt\n',
    'a.md': 'a',
    'b.txt': 'b',
    drafts: { 'c.md': 'c' },
    guides: { '.gitignore': '/secret.md\n', 'd.md': 'd', 'secret.md': 's', sub: { 'secret.md': 'not this one' } },
  })
  t.strictSame(await listSources(folder), ['a.md', 'guides/d.md', 'guides/sub/secret.md'])
  t.strictSame(await listSources(folder, { include: ['guides/**'], exclude: ['**/sub/**'] }), ['guides/d.md'])
  t.match(await failure(listSources(folder, { include: ['*.txt'], exclude: [] })), {
    message: /what is there is left out \(.*\d by a \.gitignore/,
  })
})

t.test('a deeper .gitignore takes back what a shallower one left out, but not within a folder left out', async (t) => {
  const folder = t.testdir({
    '.gitignore': '*.txt\n!keep.txt\ndrafts/\n',
    'a.txt': 'a',
    'keep.txt': 'k',
    notes: { '.gitignore': '!b.txt\n', 'b.txt': 'b', 'c.txt': 'c' },
    drafts: { '.gitignore': '!d.md\n', 'd.md': 'd' },
  })
  t.strictSame(await listSources(folder), ['keep.txt', 'notes/b.txt'])
})

t.test('symbolic links are followed within the folder, and no file is a document twice', async (t) => {
  const folder = t.testdir({
    elsewhere: { 'far.md': 'far', 'twice.md': 'twice' },
    docs: { 'a.md': 'a', sub: { 'b.md': 'b' }, '.hidden': { 'twice.md': 'twice' } },
  })
  const docs = join(folder, 'docs')
  symlinkSync('../elsewhere', join(docs, 'away'))
  symlinkSync('..', join(docs, 'sub', 'up'))
  symlinkSync('.', join(docs, '0'))
  symlinkSync('a.md', join(docs, '1.md'))
  symlinkSync('../elsewhere/far.md', join(docs, 'far.md'))
  symlinkSync('.hidden/twice.md', join(docs, 'x.md'))
  symlinkSync('.hidden/twice.md', join(docs, 'w.md'))
  t.strictSame(await listSources(docs), ['a.md', 'sub/b.md', 'w.md'])
  const { leftOut } = await listFolder(docs)
  t.strictSame(
    leftOut.filter(({ rule }) => rule === 'link out').map(({ source }) => source),
    ['away', 'far.md'],
  )
})

t.test('links to links do not multiply', async (t) => {
  const folder = t.testdir({ 'a.md': 'a' })
  for (let step = 0; step < 30; step += 1) {
    mkdirSync(join(folder, `d${step}`))
    for (const name of ['left', 'right']) symlinkSync(`../d${step + 1}`, join(folder, `d${step}`, name))
  }
  mkdirSync(join(folder, 'd30'))
  writeFileSync(join(folder, 'd30', 'b.md'), 'b')
  t.strictSame(await listSources(folder), ['a.md', 'd30/b.md'])
})

t.test('includes are read from beside the document, the folder and its snippets, and never from outside', async (t) => {
  const folder = t.testdir({
    'secret.md': 'Out of reach.',
    docs: {
      guides: {
        'a.md': '# A\n\n--8<-- "near.md"\n\n--8<-- "shared.md"\n\n--8<-- "../../secret.md"\n\n--8<-- "gone.md"\n\nEnd.',
        'near.md': 'Near.',
        'shared.md': '--8<-- "shared.md"',
      },
      snippets: { 'shared.md': 'Shared.' },
    },
  })
  symlinkSync('../../secret.md', join(folder, 'docs', 'guides', 'gone.md'))
  const document = await loadDocument(join(folder, 'docs'), 'guides/a.md')
  t.equal('root' in document && toText(document.root), 'A\n\nNear.\n\nShared.\n\nEnd.')
  const own = await loadDocument(join(folder, 'docs'), 'guides/shared.md')
  t.equal('root' in own && toText(own.root), 'Shared.', 'not itself, but its namesake')
})

t.test('the hash of a document covers what it includes, and needs no parsing', async (t) => {
  const folder = t.testdir({ 'a.md': '--8<-- "part.txt"', 'part.txt': 'One.', 'b.docx': 'no zip' })
  const before = await hashSource(folder, 'a.md')
  t.equal(before.hash, (await loadDocument(folder, 'a.md')).hash)
  writeFileSync(join(folder, 'part.txt'), 'Two.')
  t.not((await hashSource(folder, 'a.md')).hash, before.hash)
  t.equal((await hashSource(folder, 'b.docx')).hash, (await loadDocument(folder, 'b.docx')).hash)
  t.equal((await hashSource(folder, 'gone.md')).hash, '')
})

t.test('a glob does not reach out of the folder', async (t) => {
  const folder = t.testdir({ docs: { '.gitignore': 'x', 'a.md': 'a' }, 'outside.md': 'b' })
  t.strictSame(await listSources(join(folder, 'docs'), { include: ['**', '../*.md'], exclude: [] }), ['a.md'])
})
