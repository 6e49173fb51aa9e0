// The questions that both tables are asked: those of a file, or made of the titles and headings of both.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { spread } from '../eval/answers.ts'
import { questionSchema } from '../eval/evaluate.ts'
import { ConfigError } from '../function/errors.ts'
import { saysNothing, toQuestion } from '../index/examples.ts'
import { unspaced } from './diff.ts'
import type { Page, PageComparison } from './pages.ts'

/** A question, what was said before it, and the pages that should be found, where they are known. */
const askedSchema = questionSchema
  .pick({ question: true, history: true })
  .extend({ relevant: z.array(z.string()).default([]) })
export type AskedQuestion = z.infer<typeof askedSchema>

export interface QuestionSet {
  /** Where they are from, in words. */
  readonly from: string
  readonly questions: readonly AskedQuestion[]
  /** How many there would be without a limit. */
  readonly possible: number
}

const maxCharacters = 2_000
const maxMadeCharacters = 160
/** Headings that stand on page after page, and that nobody asks for. */
const furniture =
  /^(additional resources|before you begin|examples?|further reading|learn more|more information|next steps?|notes?|prerequisites?|procedure|related (links|pages|topics)|requirements|resources|see also|summary|usage|what['’]?s next\??)$/i

/** Reads a file of questions: JSON lines as the evaluation has them, or one question a line. Throws ConfigError. */
export async function readAsked(path: string): Promise<QuestionSet> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`There is no file ${path}. Name the questions: --questions FILE`, { cause })
  })
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.trim(), where: `${path}, line ${index + 1}` }))
    .filter(({ line }) => line !== '')
  const asJson = lines.length > 0 && lines.every(({ line }) => line.startsWith('{'))
  const questions = lines.map(({ line, where }) =>
    asJson ? parseLine(line, where) : checkLength({ question: line, history: [], relevant: [] }, where),
  )
  if (questions.length === 0) throw new ConfigError(`There are no questions in ${path}.`)
  const once = new Map(questions.map((asked) => [JSON.stringify([asked.question, asked.history]), asked]))
  return { from: path, questions: [...once.values()], possible: once.size }
}

function parseLine(line: string, where: string): AskedQuestion {
  let asked: AskedQuestion
  try {
    asked = askedSchema.parse(JSON.parse(line))
  } catch (cause) {
    throw new ConfigError(
      `${where} is not a question: it must be {"question": "…"}, with "relevant": [] where known.`,
      {
        cause,
      },
    )
  }
  return checkLength(asked, where)
}

function checkLength(asked: AskedQuestion, where: string): AskedQuestion {
  if (asked.question.length > maxCharacters)
    throw new ConfigError(`${where} has more than the ${maxCharacters} characters that a question may have.`)
  return asked
}

/** What a page is asked for, and how early: its title first, then its headings in turn. */
interface Candidate {
  readonly asked: AskedQuestion
  readonly round: number
  readonly affected: boolean
  readonly sides: Set<Side>
}

type Side = 'before' | 'after'
type Pages = ReadonlyMap<string, Page>

/**
 * Titles and headings of both tables -> at most `limit` questions, each with the page that it was made of. Half of them are about
 * the pages that differ, where there are so many; the others go round all pages, since new pages displace old ones anywhere.
 * Tables in two languages are asked only what both have a title or a heading for.
 */
export function makeQuestions(
  tables: { readonly [side in Side]: { readonly pages: Pages; readonly language: string } },
  { statusOfOld, statusOfNew, toNew }: PageComparison,
  limit: number,
): QuestionSet {
  const twoLanguages = tables.before.language !== tables.after.language
  const candidates = new Map<string, Candidate>()
  const sides: Side[] = ['before', 'after']
  for (const side of sides) {
    const { pages, language } = tables[side]
    for (const page of pages.values()) {
      const affected = (side === 'before' ? statusOfOld : statusOfNew)(page.source) !== 'same'
      const relevant = side === 'before' ? toNew(page.source) : page.source
      for (const [round, question] of toQuestions(page, twoLanguages ? '' : language).entries()) {
        const key = question.toLowerCase()
        const known = candidates.get(key)
        candidates.set(key, {
          asked: { question, history: [], relevant: [...new Set([...(known?.asked.relevant ?? []), relevant])] },
          round: Math.min(round, known?.round ?? round),
          affected: affected || known?.affected === true,
          sides: (known?.sides ?? new Set()).add(side),
        })
      }
    }
  }
  const possible = [...candidates.values()].filter(({ sides }) => !twoLanguages || sides.size === 2)
  const [affected, others] = [possible.filter((each) => each.affected), possible.filter((each) => !each.affected)]
  const room = Math.max(Math.ceil(limit / 2), limit - others.length)
  const first = takeRounds(affected, room)
  return {
    from: 'titles and headings of both',
    questions: [...first, ...takeRounds(others, limit - first.length)].map(({ asked }) => asked),
    possible: possible.length,
  }
}

/** A page's title, and each of its headings along with it. */
function toQuestions({ title, headings }: Page, language: string): string[] {
  const name = unspaced(title)
  const names = saysNothing.test(name) ? [] : [toQuestion(name, language)]
  const about = headings
    .map((heading) => unspaced(heading.split(' > ').at(-1) ?? ''))
    .filter((heading) => !saysNothing.test(heading) && !furniture.test(heading))
    .map((heading) =>
      names.length === 0 || heading.toLowerCase().includes(name.toLowerCase())
        ? toQuestion(heading, language)
        : `${name}: ${heading}`,
    )
  return [...new Set([...names, ...about])].filter(
    (text) => text.length <= maxMadeCharacters && /[\p{L}\p{N}]{2}|[^\p{ASCII}]/u.test(text),
  )
}

/** So many of them: every page's first before any page's second, and where a round is too many, spread over the pages. */
function takeRounds(candidates: readonly Candidate[], limit: number): Candidate[] {
  const rounds = [...Map.groupBy(candidates, ({ round }) => round)].sort(([a], [b]) => a - b)
  const taken: Candidate[] = []
  for (const [, round] of rounds) taken.push(...spread(round, limit - taken.length))
  return taken
}
