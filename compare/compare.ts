// THE STORY: two tables -> what became of their pages -> the same questions asked of both -> what became of the answers.
import type { Config } from '../function/config.ts'
import type { Embed } from '../function/embedding/embed.ts'
import { createEngine } from '../function/embedding/engine.ts'
import { ModelFileError, OllamaError } from '../function/errors.ts'
import type { Manifest } from '../function/table/manifest.ts'
import { askBoth, createAsk, type Outcome } from './answers.ts'
import { comparePages, type PageComparison, readPages } from './pages.ts'
import { makeQuestions, type QuestionSet } from './questions.ts'
import type { Side, Sides } from './side.ts'

/** What NEW changes against OLD. */
export interface Comparison {
  readonly before: TableFacts
  readonly after: TableFacts
  /** The same documents by the same settings: then there is nothing else here. */
  readonly identical: boolean
  /** What a reader should know of the comparison itself. */
  readonly notices: readonly string[]
  readonly pages: PageComparison
  readonly questions: Pick<QuestionSet, 'from' | 'possible'>
  readonly outcomes: readonly Outcome[]
}

export interface TableFacts {
  readonly name: string
  readonly kind: Side['kind']
  readonly manifest: Manifest
  readonly pages: number
  readonly skipped: ReadonlyMap<string, string>
}

export interface CompareSettings {
  readonly config: Config
  /** Undefined where they are to be made. */
  readonly questions: QuestionSet | undefined
  readonly limit: number
  readonly onAsked: (done: number, total: number) => void
  readonly signal: AbortSignal
}

export async function compare({ before, after }: Sides, settings: CompareSettings): Promise<Comparison> {
  const { config, limit, onAsked, signal } = settings
  const [old, now] = [await readPages(before.table.chunks), await readPages(after.table.chunks)]
  const pages = comparePages(old, now)
  const facts = { before: toFacts(before, old.size), after: toFacts(after, now.size) }
  const [oldManifest, newManifest] = [before.table.manifest, after.table.manifest]
  if (oldManifest.version === newManifest.version) {
    const questions = { from: 'none: nothing changed', possible: 0 }
    return { ...facts, identical: true, notices: [], pages, questions, outcomes: [] }
  }
  const tables = {
    before: { pages: old, language: oldManifest.language },
    after: { pages: now, language: newManifest.language },
  }
  const asked = settings.questions ?? makeQuestions(tables, pages, limit)
  const notices = differences(oldManifest, newManifest)
  if (asked.questions.length === 0) notices.push(noQuestions(oldManifest, newManifest))
  const unknown = [...new Set(asked.questions.flatMap(({ relevant }) => relevant))].filter(
    (page) => !old.has(page) && !now.has(page),
  )
  if (unknown.length > 0)
    notices.push(`${unknown.length} of the pages that the questions name are in neither table, ${unknown[0]} for one.`)
  const embeds = new Map<string, Promise<Embed | null>>()
  const toAsk = async (label: string, { table }: Side): Promise<ReturnType<typeof createAsk>> => {
    const { embedding } = table.manifest
    const key = JSON.stringify(embedding)
    const embed = embeds.get(key) ?? findEmbed(embedding, config, label, notices, signal)
    embeds.set(key, embed)
    return createAsk(table, await embed, config)
  }
  const ask =
    asked.questions.length === 0 ? undefined : { before: await toAsk('OLD', before), after: await toAsk('NEW', after) }
  const outcomes =
    ask === undefined
      ? []
      : await askBoth(asked.questions, ask, pages, (done) => onAsked(done, asked.questions.length), signal)
  const { from, possible } = asked
  return { ...facts, identical: false, notices, pages, questions: { from, possible }, outcomes }
}

function toFacts({ name, kind, table: { manifest }, skipped }: Side, pages: number): TableFacts {
  return { name, kind, manifest, pages, skipped }
}

/** Where the two were made by different settings, answers differ for that as well. */
function differences(old: Manifest, now: Manifest): string[] {
  const embedding = ({ embedding }: Manifest): string => (embedding === null ? 'none' : embedding.model)
  const settings: Array<readonly [string, string, string, string]> = [
    ['languages', old.language, now.language, 'Each is searched by its own.'],
    ['embeddings', embedding(old), embedding(now), 'Each is searched by its own.'],
    [
      'chunk sizes',
      `${old.maxTokens} tokens`,
      `${now.maxTokens} tokens`,
      'Where a chunk begins and ends may make a page look changed.',
    ],
    ['thresholds', JSON.stringify(old.thresholds), JSON.stringify(now.thresholds), 'They decide what is refused.'],
    [
      'choices of files',
      JSON.stringify(old.selection),
      JSON.stringify(now.selection),
      'Pages may be gone or added for that.',
    ],
  ]
  return settings
    .filter(([, before, after]) => before !== after)
    .map(([what, before, after, then]) => `Two ${what}: ${before} in OLD, ${after} in NEW. ${then}`)
}

function noQuestions(old: Manifest, now: Manifest): string {
  const why =
    old.language === now.language
      ? 'no title and no heading says anything'
      : `OLD is in ${old.language}, NEW in ${now.language}, and they have no title and no heading in common`
  return `There are no questions that both can be asked: ${why}. Name some: --questions FILE`
}

/** What embeds the questions for a table, tried once: with an Ollama that is away, each would wait for it. */
async function findEmbed(
  embedding: Manifest['embedding'],
  config: Config,
  label: string,
  notices: string[],
  signal: AbortSignal,
): Promise<Embed | null> {
  if (embedding === null) return null
  const { embed, warm } = createEngine(embedding, config)
  try {
    await warm()
    await embed([`${embedding.queryPrefix}a question`], signal)
    return embed
  } catch (error) {
    if (!(error instanceof OllamaError || error instanceof ModelFileError)) throw error
    notices.push(
      `Tables embedded by ${embedding.model}, ${label} for one, are searched by words alone: ${error.message}`,
    )
    return null
  }
}
