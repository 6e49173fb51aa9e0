import { resolve } from 'node:path'
import t from 'tap'
import { toReport, toWholeReport } from '../../index/report.ts'
import { manifest } from '../fixtures/manifest.ts'

const nothing = { partly: [], leftOut: [], sources: [] }

const skip = (index: number): { source: string; why: string; hash: string } => ({
  source: `${index}.md`,
  why: 'no text in it',
  hash: '',
})

t.test('one screen says what was made', async (t) => {
  const text = toReport(
    {
      manifest,
      skipped: [],
      ...nothing,
      sources: ['a.md', 'b.md', 'c.pdf'],
      reused: 0,
      bytes: 1_234_567,
      seconds: 2.34,
    },
    resolve('table'),
  )
  t.match(
    text,
    /^documents {2}3 in \/documents \(2 \.md, 1 \.pdf\)\nchunks {5}40\nskipped {4}none\nomitted {4}none\nretrieval {2}full-text\ntable {6}table, 1\.2 MB\nseconds {4}2\.3 \(17 chunks a second\)\nversion {4}sha256:abc\n/,
  )
})

t.test('a small table has its size in kB', async (t) => {
  const text = toReport(
    { manifest, skipped: [], partly: [], leftOut: [], sources: ['a.md'], reused: 0, bytes: 12_001, seconds: 1 },
    resolve('table'),
  )
  t.match(text, /table, 13 kB/)
})

t.test('embeddings are counted, and of many skipped files the first fifty are named', async (t) => {
  const embedding = {
    engine: 'ollama' as const,
    model: 'all-minilm',
    dimension: 384,
    documentPrefix: '',
    queryPrefix: '',
  }
  const vectorIndex = { kind: 'IVF_FLAT' as const, nprobes: 20, refineFactor: null }
  const skipped = Array.from({ length: 52 }, (_, index) => skip(index))
  const text = toReport(
    {
      manifest: { ...manifest, embedding, vectorIndex },
      skipped,
      ...nothing,
      reused: 30,
      bytes: undefined,
      seconds: 1,
    },
    's3://bucket/table',
  )
  t.match(text, '40 (10 embedded, 30 as before)')
  t.match(text, 'all-minilm in 384 dimensions (IVF_FLAT)')
  t.match(text, '49.md: no text in it\n')
  t.notMatch(text, '50.md')
  t.match(text, 'and 2 more; --report FILE names them all')
  t.match(text, 'table      s3://bucket/table\n')
})

t.test('a file that could not be read is named before the many that have no text', async (t) => {
  const broken = { source: 'z.pdf', why: 'cannot be read (not a PDF that can be opened)', hash: '' }
  const skipped = [...Array.from({ length: 12 }, (_, index) => skip(index)), broken]
  const text = toReport({ manifest, skipped, ...nothing, reused: 0, bytes: undefined, seconds: 1 }, 's3://bucket/table')
  t.match(text, /skipped {4}13\n {11}z\.pdf: cannot be read[^\n]*\n {11}0\.md/)
})

t.test('what is left out is counted by its rule, and what was read in part says what is missing', async (t) => {
  const leftOut = [
    { source: 'a.png', rule: '.png' },
    { source: 'b.png', rule: '.png' },
    { source: 'c.md', rule: '.gitignore' },
    { source: 'd.md', rule: 'glob' },
    { source: '.e.md', rule: 'dot' },
    { source: 'Makefile', rule: 'no ending' },
  ]
  const partly = [{ source: 'f.docx', lost: ['2 charts', '1 embedded object'] }]
  const report = {
    manifest,
    skipped: [skip(1)],
    partly,
    leftOut,
    sources: ['1.md', 'f.docx'],
    reused: 0,
    bytes: 1,
    seconds: 1,
  }
  const text = toReport(report, 'table')
  t.match(text, 'partly     1\n           f.docx: 2 charts; 1 embedded object\n')
  t.match(
    text,
    'omitted    6: 2 .png, 1 by a .gitignore, 1 by --include and --exclude, 1 whose names begin with a dot, 1 without an ending\n',
  )
  t.match(text, '.png: pictures; where they show text: ocrmypdf')
  t.match(JSON.parse(toWholeReport(report)), {
    read: ['f.docx'],
    skipped: [{ source: '1.md', why: 'no text in it' }],
    partly,
    leftOut,
  })
})
