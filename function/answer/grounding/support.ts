// What a statement stands on: the passage, and the words there, that bear it out. Computed, whatever the model says.

import type { Citation } from '../../contract/replies.ts'
import { placeOf } from '../../retrieval/passages.ts'
import { announces, isQuestion } from '../rank.ts'
import type { Reading, ReadPart } from '../read.ts'
import { echoes, type Fact, factsOf, refuses, saysNothing, withoutSpeaker } from './claims.ts'
import { clausesOf, opposes, withoutReply } from './denials.ts'
import { createSwaps } from './order.ts'
import { contradicts, settingsOf } from './values.ts'

/** The passage and the words that bear a statement out, and how much of it: 0 to 1. */
type Ground = Pick<Citation, 'number' | 'quote' | 'heading' | 'url' | 'support'>

/**
 * `supported` by what `grounds` has; `unsupported` where no passage bears it out; `silent` where there is nothing to bear out, as in
 * "Here are the steps:", or in the question said again; `refusal` where it says that the passages do not say.
 */
export interface Verdict {
  readonly kind: 'supported' | 'unsupported' | 'silent' | 'refusal'
  readonly grounds: readonly Ground[]
}

/** A statement without markers, and the passages that the model named for it -> what it stands on. */
export type Check = (statement: string, named: readonly number[]) => Verdict

/** From this share of a statement's weight on it is borne out. Chosen on labelled statements, eval/README.md. */
const minSupport = 0.55
/** A passage that the model named needs less: it is one witness more. */
const minSupportNamed = 0.45
/** A clause of at least so many terms must be borne out by this share of its weight on its own. */
const minClause = 3
const minClauseSupport = 0.35
/** What a second passage must add to be cited beside the first. */
const minGain = 0.15
/** A word of the question says nothing of what the answer claims. */
const weightOfAsked = 0.5
/** At most so many parts that follow each other are one place. */
const maxParts = 3
/** At most so many places bear a statement out together, and one more for each clause that stands elsewhere in their passages. */
const maxPlaces = 3
/** "Yes", and the question said again, says something only where one place bears out so much of it. */
const minRepeated = 0.7

interface Window {
  readonly number: number
  readonly parts: readonly ReadPart[]
  /** The terms of what it states: a question states nothing. */
  readonly terms: ReadonlySet<string>
  /** The terms of the questions that it answers: those it begins with, and those among the headings above it. */
  readonly asked: ReadonlySet<string>
  readonly saysYes: boolean
  readonly text: string
}

/** `read`: the passages that stood in the prompt; a model cannot know another. */
export function createCheck(reading: Reading, read: ReadonlySet<number>): Check {
  const headings = reading.passages.map(({ title, heading }) => toHeadings(`${title} > ${heading}`, reading.toTerms))
  const windows = toWindows(reading, headings).filter(({ number }) => read.has(number))
  const wholes = new Map(
    reading.passages.map(({ title, heading, source, text }, index) => [
      index + 1,
      `${source}\n${title}\n${heading}\n${text}`,
    ]),
  )
  const swaps = createSwaps(windows.filter(({ parts }) => parts.length === 1).map(({ text }) => text))
  const asked = new Set(reading.asked)
  const known = factsOf(reading.question, reading.isKnown)
  const set = settingsOf(reading.question)

  /** What the model named for a word, which is too little to judge: the part that has it. */
  function leastOf(number: number, terms: readonly string[]): Ground[] {
    const best = windows.find(
      (window) => window.number === number && window.parts.length === 1 && terms.some((term) => window.terms.has(term)),
    )
    return best === undefined ? [] : [toGround([best], 1, reading)]
  }

  return (written, named) => {
    if (refuses(written)) return { kind: 'refusal', grounds: [] }
    const statement = withoutSpeaker(written)
    const said = withoutReply(statement)
    const repeats = echoes(said, reading.question)
    if (isQuestion(statement) || (repeats && !yes.test(statement))) return { kind: 'silent', grounds: [] }
    const terms = reading.toTerms(said)
    const facts = factsOf(statement, reading.isKnown)
    if (!/\p{L}/u.test(statement)) return { kind: 'silent', grounds: [] }
    if (facts.length === 0 && saysNothing(statement)) return { kind: 'silent', grounds: [] }
    if (facts.length === 0 && terms.length < 2) {
      return { kind: 'silent', grounds: named.flatMap((number) => leastOf(number, terms)) }
    }
    // What the asker brought along need not stand in a passage, but nothing is borne out by it.
    const needed = facts.filter((fact) => !known.some((other) => other.is(fact)))
    const weights = new Map(terms.map((term) => [term, reading.weigh(term) * (asked.has(term) ? weightOfAsked : 1)]))
    const weigh = (some: Iterable<string>): number => [...some].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0)
    const total = weigh(terms)
    // A question tells what its answer is about, where that says something of its own to the statement.
    const saidBy = (window: Window): string[] => {
      const answers = window.saysYes || terms.some((term) => window.terms.has(term) && !window.asked.has(term))
      return terms.filter((term) => window.terms.has(term) || (answers && window.asked.has(term)))
    }
    const aboutOf = ({ number }: Window): ReadonlySet<string> => headings[number - 1]?.terms ?? new Set()
    const borne = new Map(windows.map((window) => [window, new Set([...saidBy(window), ...aboutOf(window)])]))
    /** How much of it, or of one of its clauses, places bear out together. */
    const shareOf = (places: readonly Window[], some = terms): number =>
      weigh(some.filter((term) => places.some((place) => borne.get(place)?.has(term)))) / (weigh(some) || 1)
    const scored = windows
      .map((window) => ({ window, share: shareOf([window]) - 0.02 * (window.parts.length - 1) }))
      .filter(({ window, share }) => share > 0 && !opposes(statement, window.text))
      .sort((a, b) => b.share - a.share || named.indexOf(b.window.number) - named.indexOf(a.window.number))
    const chosen: Window[] = []
    let covered = new Set<string>()
    for (const { window, share } of scored) {
      if (chosen.length === maxPlaces || chosen.some((other) => overlap(other, window))) continue
      const union = new Set([...covered, ...saidBy(window)])
      const lacks = needed.some((fact) => !chosen.some(({ text }) => fact.in(text)) && fact.in(window.text))
      if (chosen.length > 0 && weigh(union) - weigh(covered) < total * minGain && !lacks) continue
      if (chosen.length > 0 && share < 0.3 && !lacks) continue
      chosen.push(window)
      covered = union
    }
    const clauses = clausesOf(statement)
      .map((clause) => reading.toTerms(clause))
      .filter((own) => own.length >= minClause)
    const isAdded = (clause: readonly string[]): boolean => shareOf(chosen, clause) < minClauseSupport
    for (const clause of clauses.filter(isAdded)) {
      const [best] = scored
        .filter(({ window }) => chosen.some(({ number }) => number === window.number))
        .map(({ window }) => ({ window, share: shareOf([window], clause) }))
        .sort((a, b) => b.share - a.share || a.window.parts.length - b.window.parts.length)
      if (best !== undefined && best.share >= minSupport) chosen.push(best.window)
    }
    const has = ({ number, text }: Window, fact: Fact): boolean =>
      fact.in(fact.isNumber ? text : (wholes.get(number) ?? ''))
    const standing = (fact: Fact): boolean => chosen.some((window) => has(window, fact))
    const texts = chosen.map(({ number }) => wholes.get(number) ?? '')
    const wrong = settingsOf(statement).filter(
      (setting) => !set.some(({ key, value }) => key === setting.key && value === setting.value),
    )
    const missing =
      swaps(statement) || needed.some((fact) => !standing(fact)) || wrong.some((setting) => contradicts(texts, setting))
    const support = total === 0 ? (missing ? 0 : 1) : shareOf(chosen)
    // A clause that none of its words bears out is an addition, however well the rest is.
    const adds = clauses.some(isAdded)
    // The words of the question are all over the passages: what says no other must stand in one place, with the facts that were asked about.
    const standsInOne = (least: number): boolean =>
      scored.some(({ window, share }) => share >= least && facts.every((fact) => has(window, fact)))
    if (repeats && (terms.length < 2 || !standsInOne(minRepeated))) return { kind: 'silent', grounds: [] }
    const scattered = terms.every((term) => asked.has(term)) && !standsInOne(minSupport)
    const least = chosen.some(({ number }) => named.includes(number)) ? minSupportNamed : minSupport
    if (chosen.length === 0 || missing || adds || scattered || support < least) {
      return announces(statement) && !missing ? { kind: 'silent', grounds: [] } : { kind: 'unsupported', grounds: [] }
    }
    const grounds = [...Map.groupBy(chosen, ({ number }) => number).values()].map((places) =>
      toGround(places, shareOf(places), reading),
    )
    // A further passage that the model named is cited too, if it bears the statement out alone.
    const beside = named
      .filter((number) => read.has(number) && !grounds.some((ground) => ground.number === number))
      .flatMap((number) => {
        const best = scored.find(({ window, share }) => window.number === number && share >= minSupportNamed)
        return best === undefined ? [] : [toGround([best.window], best.share, reading)]
      })
    return { kind: 'supported', grounds: [...grounds, ...beside].sort((a, b) => a.number - b.number) }
  }
}

/** Whether two places share a part. */
function overlap(one: Window, other: Window): boolean {
  return one.parts.some((part) => other.parts.includes(part))
}

/** From the first to the last place of one passage is what is quoted. */
function toGround(places: readonly Window[], support: number, { passages }: Reading): Ground {
  const parts = places.flatMap(({ parts }) => parts).sort((a, b) => a.order - b.order)
  const [{ number = 0, start = 0 } = {}, { end = 0 } = {}] = [parts[0], parts.at(-1)]
  const passage = passages[number - 1]
  const place = passage === undefined ? { heading: '' } : placeOf(passage, start)
  const quote = passage?.text.slice(start, end) ?? ''
  return { number, quote, ...place, support: Number(Math.min(1, Math.max(0, support)).toFixed(2)) }
}

/** The terms of the headings above a passage: of those that state what it is about, and of the questions. */
interface Headings {
  readonly terms: ReadonlySet<string>
  readonly asked: ReadonlySet<string>
}

function toHeadings(path: string, toTerms: Reading['toTerms']): Headings {
  const headings = path.split(' > ')
  const termsOf = (some: readonly string[]): ReadonlySet<string> => new Set(toTerms(some.join('\n')))
  return {
    terms: termsOf(headings.filter((heading) => !isQuestion(heading))),
    asked: termsOf(headings.filter(isQuestion)),
  }
}

const yes = /^\W*(?:yes|ja|oui|sí|はい|是的)(?![\p{L}])/iu

/** Every part that states something, and every few that follow each other in one passage, with the questions before them. */
function toWindows({ parts, passages }: Reading, headings: readonly Headings[]): Window[] {
  return parts.flatMap((first, from) => {
    const windows: Window[] = []
    const stated: ReadPart[] = []
    const asked = new Set(headings[first.number - 1]?.asked)
    for (let to = from; to < Math.min(from + maxParts, parts.length); to += 1) {
      const [last, run] = [parts[to], parts.slice(from, to + 1)]
      if (last === undefined || last.number !== first.number) break
      if (isQuestion(last.text)) {
        if (stated.length > 0) break
        for (const term of last.terms) asked.add(term)
        continue
      }
      stated.push(last)
      const text = passages[first.number - 1]?.text.slice(first.start, last.end) ?? ''
      const terms = new Set(stated.flatMap(({ terms }) => terms))
      windows.push({ number: first.number, parts: run, terms, asked, saysYes: yes.test(stated[0]?.text ?? ''), text })
    }
    return windows
  })
}
