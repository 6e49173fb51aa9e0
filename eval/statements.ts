// Statements that are known to be right or invented -> how often each is cited, or marked as unsupported. Made of the corpora's own
// sentences, changed in one place, and of what models wrote (eval/statements.jsonl, labelled by hand).
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { createCheck } from '../function/answer/grounding/support.ts'
import { type ReadPart, read } from '../function/answer/read.ts'
import { createLexicon } from '../function/retrieval/lexicon/lexicon.ts'
import { createRetrieve } from '../function/retrieval/retrieve.ts'
import { isAnswerable, withoutMarkup } from './evaluate.ts'
import { toShare } from './interval.ts'
import type { OpenCorpus } from './run.ts'
import { lineUp, toCell } from './table.ts'

const labelledSchema = z.strictObject({
  corpus: z.string(),
  question: z.string(),
  statement: z.string(),
  label: z.enum(['right', 'invented']),
  model: z.string(),
})

/** A statement about what a question's passages say; `change` says how it was made. */
export interface Statement {
  readonly question: string
  readonly text: string
  readonly right: boolean
  readonly change: string
  /** The pages that say it, where that is known. */
  readonly pages: readonly string[]
}

/** What became of one. */
export interface StatementOutcome extends Statement {
  readonly kind: 'supported' | 'unsupported' | 'silent' | 'refusal'
  readonly onPage: boolean
}

/** What models wrote about one corpus, labelled. */
export async function readStatements(path: string, corpus: string): Promise<Statement[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  return lines
    .map((line) => labelledSchema.parse(JSON.parse(line)))
    .filter((labelled) => labelled.corpus === corpus)
    .map(({ question, statement, label, model }) => ({
      question,
      text: statement,
      right: label === 'right',
      change: `written by ${model}`,
      pages: [],
    }))
}

/** One sentence -> inventions that are one change away from it. */
export function toInventions(text: string): Array<{ readonly text: string; readonly change: string }> {
  const number = text.replace(/(?<![\p{L}\p{N}_.-])\d+(?![\p{L}\p{N}_.-])/u, (found) => String(Number(found) * 3 + 1))
  const denied = text.replace(/\b(is|are|was|can|will|must|does|do|has|have)\b(?! not)/, '$1 not')
  const identifier = text.replace(/`([^`\s]{4,})`/, (_, inside: string) => `\`${inside.slice(0, -1)}-extra\``)
  const name = text.replace(/(?<=\p{Ll} )\p{Lu}\p{Ll}{3,}/u, 'Zanzibar')
  return [
    { text: number, change: 'another number' },
    { text: denied, change: 'denied' },
    { text: identifier, change: 'another identifier' },
    { text: name, change: 'another name' },
    { text: swapFacts(text), change: 'two swapped' },
    {
      text: `${text.replace(/[.:]$/, '')}, and it costs nothing to guarantee availability across every region.`,
      change: 'something added',
    },
  ].filter(({ text: changed }) => changed !== text)
}

/** A sentence with two of its names, identifiers or numbers, of one clause, the other way round. */
function swapFacts(text: string): string {
  const fact = /`[^`\s]+`|(?<=\p{Ll},? )\p{Lu}\p{Ll}{3,}|(?<![\p{L}\p{N}_.-])\d+(?![\p{L}\p{N}_.-])/gu
  return text.replace(/[^,;:—–()]+/u, (clause) => {
    const [first, second] = clause.match(fact) ?? []
    if (first === undefined || second === undefined || first === second) return clause
    const marked = clause.replace(first, '\u0000').replace(second, () => first)
    return marked.replace('\u0000', () => second)
  })
}

/** The same in other words, as far as rules can: another order, another opening, fewer words between. */
export function toRephrasings(text: string): string[] {
  const plain = text.replace(/[`*_]/g, '').replace(/\s+/g, ' ')
  const halves = /^([^,;:]{25,}), ([^,;:]{25,})\.$/.exec(plain)
  const first = plain[0] ?? ''
  return [
    `In short, ${/^\p{Lu}\p{Ll}/u.test(plain) ? first.toLowerCase() : first}${plain.slice(1)}`,
    plain.replace(/\b(?:the|a|an|then|also|just|very|simply) /g, ''),
    ...(halves === null ? [] : [`${halves[2]}, ${halves[1]}.`]),
  ]
}

/** Asks of every statement what it stands on. */
export async function checkStatements(
  { table, embed, questions }: OpenCorpus,
  labelled: readonly Statement[],
): Promise<StatementOutcome[]> {
  const loadLexicon = createLexicon(table)
  const lexicon = await loadLexicon()
  const retrieve = createRetrieve(table, embed, { loadLexicon })
  const outcomes: StatementOutcome[] = []
  const checkAll = async (
    question: string,
    make: (parts: readonly ReadPart[], sources: readonly string[]) => readonly Statement[],
  ): Promise<void> => {
    const { passages } = await retrieve(question, 5, new AbortController().signal)
    const reading = read(question, passages, lexicon)
    const check = createCheck(reading, new Set(passages.map((_, index) => index + 1)))
    const sources = passages.map(({ source }) => source)
    for (const statement of make(reading.parts, sources)) {
      const { kind, grounds } = check(statement.text, [])
      const cited = grounds.map(({ number }) => sources[number - 1] ?? '')
      outcomes.push({
        ...statement,
        kind,
        onPage: statement.pages.length === 0 || cited.some((page) => statement.pages.includes(page)),
      })
    }
  }
  for (const question of questions.filter((asked) => isAnswerable({ question: asked }))) {
    await checkAll(question.question, (parts, sources) => {
      const keys = question.key.map(withoutMarkup)
      const answering = parts.find(
        ({ kind, text, terms }) =>
          (kind === 'text' || kind === 'item') &&
          terms.length >= 4 &&
          keys.some((key) => withoutMarkup(text).includes(key)),
      )
      if (answering === undefined) return []
      const pages = [sources[answering.number - 1] ?? '']
      const text = answering.text.replace(/\s+/g, ' ')
      const make = (text: string, right: boolean, change: string): Statement => ({
        question: question.question,
        text,
        right,
        change,
        pages,
      })
      return [
        make(text, true, 'word for word'),
        ...toRephrasings(text).map((changed) => make(changed, true, 'in other words')),
        ...toInventions(text).map(({ text, change }) => make(text, false, change)),
      ]
    })
  }
  for (const statement of labelled) await checkAll(statement.question, () => [statement])
  return outcomes
}

/** A line for each way of making them: how many were cited, on the right page, and marked. */
export function toStatementTable(corpus: string, outcomes: readonly StatementOutcome[]): string {
  const bits = (found: readonly boolean[]): string => toCell(toShare(found.map((each) => (each ? 1 : 0))))
  const row = (name: string, some: readonly StatementOutcome[]): string[] => {
    const cited = some.filter(({ kind }) => kind === 'supported')
    return [
      name,
      String(some.length),
      bits(some.map(({ kind }) => kind === 'supported')),
      bits(cited.map(({ onPage }) => onPage)),
      bits(some.map(({ kind }) => kind === 'unsupported')),
    ]
  }
  const [right, invented] = [outcomes.filter((each) => each.right), outcomes.filter((each) => !each.right)]
  const byChange = (some: readonly StatementOutcome[]): string[][] =>
    [...Map.groupBy(some, ({ change }) => change)].map(([change, group]) => row(`  ${change}`, group))
  return lineUp([
    [corpus, 'statements', 'cited', 'on the right page', 'marked'],
    row('right', right),
    ...byChange(right),
    row('invented', invented),
    ...byChange(invented),
  ])
}
