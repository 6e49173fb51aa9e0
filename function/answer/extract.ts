import type { Citation } from '../contract.ts'
import type { Tokenize } from '../retrieval/lexicon/lexicon.ts'
import type { Passage } from '../retrieval/passages.ts'

const maxQuotes = 3
/** A sentence is quoted beside the best one when it scores at least this share of it. */
const worthQuoting = 0.6

/** What is quoted of the passages, a piece for each quotation; joined, they are the answer. */
export interface QuotedAnswer {
  readonly pieces: readonly string[]
  readonly citations: readonly Citation[]
}

interface Quote {
  readonly number: number
  readonly order: number
  /** Whether it is the sentence that its document begins with, where subjects are defined. */
  readonly leads: boolean
  /** Whether it stands alone and ends without punctuation, as a heading does: it names what is said below it. */
  readonly isHeading: boolean
  readonly text: string
  readonly terms: readonly string[]
}

/** Passages -> the sentences that answer best, word for word, each with its citation; without a model. */
export async function extract(
  question: string,
  passages: readonly Passage[],
  tokenize: Tokenize,
): Promise<QuotedAnswer> {
  const sentences = passages.flatMap((passage, index) => toQuotes(passage, index + 1))
  const [questionTerms, ...terms] = await tokenize([question, ...sentences.map(({ text }) => text)])
  const asked = [...new Set(questionTerms)]
  const quotes = sentences.map((sentence, index): Quote => ({ ...sentence, terms: terms[index] ?? [] }))
  const weights = new Map(
    asked.map((term) => [
      term,
      Math.log(1 + quotes.length / (1 + quotes.filter(({ terms }) => terms.includes(term)).length)),
    ]),
  )
  const scored = quotes
    .map((quote) => ({ quote, score: scoreQuote(quote, asked, weights) }))
    .sort((a, b) => b.score - a.score)
  const [best, ...others] = scored
  if (best === undefined) return { pieces: [], citations: [] }
  const beside = others
    .slice(0, maxQuotes - 1)
    .filter(({ score }) => score > 0 && score >= best.score * worthQuoting)
    .map(({ quote }) => quote)
    .sort((a, b) => a.number - b.number || a.order - b.order)
  return toQuotedAnswer([best.quote, ...beside])
}

function toQuotedAnswer(quotes: ReadonlyArray<Pick<Quote, 'number' | 'text'>>): QuotedAnswer {
  const pieces: string[] = []
  const citations: Citation[] = []
  let start = 0
  for (const { number, text } of quotes) {
    if (start > 0) start += 1
    const end = start + text.length
    const marker = `${text.includes('\n') ? '\n' : ' '}[${number}]`
    citations.push({ number, start, end, marker: { start: end, end: end + marker.length }, quote: text, support: 1 })
    pieces.push(`${start > 0 ? '\n' : ''}${text}${marker}`)
    start = end + marker.length
  }
  return { pieces, citations }
}

function toQuotes({ id, text }: Passage, number: number): Array<Omit<Quote, 'terms'>> {
  const blocks = new Set(toBlocks(text))
  return toSentences(text).map((sentence, order) => ({
    number,
    order,
    leads: order === 0 && id.endsWith('#0'),
    isHeading: blocks.has(sentence) && /[\p{L}\p{N}]$/u.test(sentence),
    text: sentence,
  }))
}

/** What the question asks for and the sentence has, by weight; better when the sentence begins with it, leads its document, or stands early in a good passage; worse when it is a heading. */
function scoreQuote(
  { terms, number, order, leads, isHeading }: Quote,
  asked: readonly string[],
  weights: ReadonlyMap<string, number>,
): number {
  const weigh = (term: string): number => weights.get(term) ?? 0
  const total = asked.reduce((sum, term) => sum + weigh(term), 0)
  const found = asked.filter((term) => terms.includes(term)).reduce((sum, term) => sum + weigh(term), 0)
  if (total === 0 || found === 0) return 0
  const opening = terms.slice(0, 2).some((term) => asked.includes(term)) ? 1.25 : 1
  const brevity = isHeading ? 0.3 : terms.length > 60 ? 0.7 : terms.length < 3 ? 0.5 : 1
  return ((found / total) * opening * brevity * (leads ? 1.3 : 1)) / (1 + 0.15 * (number - 1)) / (1 + 0.05 * order)
}

/** A code block or a table is one quotation, a list one for each item, and running text one for each sentence. */
export function toSentences(text: string): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
  return toBlocks(text)
    .flatMap((block) => {
      if (/^(```|\|)/.test(block)) return [block]
      if (/^([-*]|\d+\.) /.test(block))
        return block.split(/\n(?=(?:[-*]|\d+\.) )/).map((item) => item.replace(/^([-*]|\d+\.) /, ''))
      return [...segmenter.segment(block)].map(({ segment }) => segment)
    })
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
}

function toBlocks(text: string): string[] {
  return text.match(/```[\s\S]*?(?:```|$)|(?:(?!\n\n|```)[\s\S])+/g)?.map((block) => block.trim()) ?? []
}
