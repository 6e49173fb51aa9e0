// The terms of a table, and how many of its chunks hold each: what a word of a question is worth, and what a misspelt one may mean.

export interface Vocabulary {
  /** In how many chunks a term stands. */
  readonly count: (term: string) => number
  /** How much a term says (inverse document frequency, as BM25 has it): nothing for one that stands everywhere, the most for one that stands nowhere. */
  readonly rarity: (term: string) => number
  /** The term that a misspelt one most likely stands for, or undefined. */
  readonly nearest: (term: string) => string | undefined
  /** The terms that end in another, the commonest first. */
  readonly endingIn: (term: string) => string[]
}

/** Counted terms -> the text that a table keeps: a line for each, in the order of its characters. */
export function toVocabularyText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([term, count]) => `${term} ${count}`)
    .join('\n')
}

/** Kept as one text and searched by halving: a map of a large table's terms would take ten times the memory. */
export function createVocabulary(text: string, chunks: number): Vocabulary {
  const starts = lineStarts(text)

  function termAt(line: number): string {
    const start = starts[line] ?? 0
    return text.slice(start, text.indexOf(' ', start))
  }

  function countAt(line: number): number {
    const start = starts[line] ?? 0
    return Number.parseInt(text.slice(text.indexOf(' ', start) + 1, start + maxLine), 10)
  }

  /** The first line whose term does not come before `term`. */
  function lineOf(term: string): number {
    let [low, high] = [0, starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (termAt(middle) < term) low = middle + 1
      else high = middle
    }
    return low
  }

  function count(term: string): number {
    const line = lineOf(term)
    return line < starts.length && termAt(line) === term ? countAt(line) : 0
  }

  return {
    count,
    rarity: (term) => {
      const held = count(term)
      return Math.log(1 + (chunks + background - held + 0.5) / (held + 0.5))
    },
    endingIn: (term) => {
      const found: Array<{ readonly term: string; readonly count: number }> = []
      const ending = `${term} `
      for (let at = text.indexOf(ending); term !== '' && at !== -1; at = text.indexOf(ending, at + 1)) {
        const start = text.lastIndexOf('\n', at) + 1
        found.push({
          term: text.slice(start, at + term.length),
          count: Number.parseInt(text.slice(at + ending.length), 10),
        })
      }
      return found.sort((a, b) => b.count - a.count).map(({ term }) => term)
    },
    nearest: (term) => {
      const most = mistakesIn(term)
      const [first = ''] = term
      if (most === 0 || first === '') return undefined
      let best: { readonly term: string; readonly distance: number; readonly count: number } | undefined
      for (let line = lineOf(first); line < starts.length && text.startsWith(first, starts[line]); line += 1) {
        const other = termAt(line)
        if (other.length < minLength || Math.abs(other.length - term.length) > most) continue
        const distance = distanceOf(term, other, most)
        if (distance > most) continue
        const held = countAt(line)
        if (best === undefined || distance < best.distance || (distance === best.distance && held > best.count))
          best = { term: other, distance, count: held }
      }
      return best?.term
    },
  }
}

/** A few chunks say little of how rare a word is: as if the table had this many more, without it. */
const background = 500
const maxLine = 100
/** Of shorter words too many differ in one letter. */
const minLength = 4
const twoMistakesFrom = 8
/** A letter changed is more often another word than a mistake: `scared` is no `scaled`. */
const changed = 2

/** How many mistakes a word of its length may have; none in numbers and codes, where each letter counts. */
function mistakesIn(term: string): number {
  if (term.length < minLength || !/^\p{L}+$/u.test(term)) return 0
  return term.length < twoMistakesFrom ? 1 : 2
}

function lineStarts(text: string): Uint32Array {
  if (text === '') return new Uint32Array(0)
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return Uint32Array.from(starts)
}

/** How many letters were left out, added or swapped with the next (optimal string alignment), a changed one counting for two; any number above `most` where it is more. */
function distanceOf(a: string, b: string, most: number): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : changed
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
      least = Math.min(least, cost)
    }
    if (least > most) return least
    ;[before, row] = [row, next]
  }
  return row[b.length] ?? 0
}
