import { parseArgs } from 'node:util'
import { createLexicon } from '../function/retrieval/lexicon/lexicon.ts'
import { createRetrieve, type Mode } from '../function/retrieval/retrieve.ts'
import { openTable } from '../function/table/open.ts'
import { createQuestions, createVectors } from './corpus.ts'

/** Opens a table and asks it generated questions by words alone and by words and meaning in turn; prints the times as JSON. A process of its own, so that its memory is the table's. */
async function main(): Promise<void> {
  const options = {
    table: { type: 'string', default: './table' },
    questions: { type: 'string', default: '300' },
  } as const
  const { values } = parseArgs({ options })
  const begun = performance.now()
  const table = await openTable(values.table)
  const loadLexicon = createLexicon(table)
  const openMs = performance.now() - begun
  const count = Number(values.questions)
  const questions = createQuestions(count)
  const { queries } = createVectors(1_000, table.manifest.embedding?.dimension ?? 1, count)
  const { signal } = new AbortController()
  const times = { 'full-text': [] as number[], hybrid: [] as number[] }
  const ask = async (mode: Mode & keyof typeof times, number: number): Promise<void> => {
    const vector = [...(queries[number] ?? [])]
    const retrieve = createRetrieve(table, async () => [vector], { mode, loadLexicon })
    const started = performance.now()
    await retrieve(questions[number] ?? '', 5, signal)
    times[mode].push(performance.now() - started)
  }
  const warmUp = Math.min(20, count)
  for (let number = 0; number < warmUp; number += 1)
    for (const mode of ['full-text', 'hybrid'] as const) await ask(mode, number)
  times['full-text'] = []
  times.hybrid = []
  for (let number = 0; number < count; number += 1)
    for (const mode of ['full-text', 'hybrid'] as const) await ask(mode, number)
  const memoryBytes = process.memoryUsage().rss
  process.stdout.write(JSON.stringify({ openMs, memoryBytes, fullText: times['full-text'], hybrid: times.hybrid }))
}

await main()
