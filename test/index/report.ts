import { resolve } from 'node:path'
import t from 'tap'
import { toReport } from '../../index/report.ts'
import { manifest } from '../fixtures/manifest.ts'

const skip = (index: number): { source: string; why: string; hash: string } => ({
  source: `${index}.md`,
  why: 'no text in it',
  hash: '',
})

t.test('one screen says what was made', async (t) => {
  const text = toReport({ manifest, skipped: [], reused: 0, bytes: 1_234_567, seconds: 2.34 }, resolve('table'))
  t.match(
    text,
    /^documents {2}3 in \/documents\nchunks {5}40\nskipped {4}none\nretrieval {2}full-text\ntable {6}table, 1\.2 MB\nseconds {4}2\.3 \(17 chunks a second\)\nversion {4}sha256:abc\n/,
  )
})

t.test('embeddings are counted, and of many skipped files the first ten are named', async (t) => {
  const embedding = {
    engine: 'ollama' as const,
    model: 'all-minilm',
    dimension: 384,
    documentPrefix: '',
    queryPrefix: '',
  }
  const vectorIndex = { kind: 'IVF_FLAT' as const, nprobes: 20, refineFactor: null }
  const skipped = Array.from({ length: 12 }, (_, index) => skip(index))
  const text = toReport(
    { manifest: { ...manifest, embedding, vectorIndex }, skipped, reused: 30, bytes: undefined, seconds: 1 },
    's3://bucket/table',
  )
  t.match(text, '40 (10 embedded, 30 as before)')
  t.match(text, 'all-minilm in 384 dimensions (IVF_FLAT)')
  t.match(text, '9.md: no text in it\n')
  t.notMatch(text, '10.md')
  t.match(text, 'and 2 more')
  t.match(text, 'table      s3://bucket/table\n')
})

t.test('a file that could not be read is named before the many that have no text', async (t) => {
  const broken = { source: 'z.pdf', why: 'cannot be read (not a PDF that can be opened)', hash: '' }
  const skipped = [...Array.from({ length: 12 }, (_, index) => skip(index)), broken]
  const text = toReport({ manifest, skipped, reused: 0, bytes: undefined, seconds: 1 }, 's3://bucket/table')
  t.match(text, /skipped {4}13\n {11}z\.pdf: cannot be read[^\n]*\n {11}0\.md/)
})
