import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const syllables = 'ka pod ser vi mo lu ten gra no de ri sta bel fo cu me tra lo ne si'.split(' ')
const vocabulary = 20_000
/** The commonest words, which an English index leaves out. */
const stopWords =
  'the of and to a in is it for that as with on be by this are at not or but an if will they their there such then these into no was'.split(
    ' ',
  )
/** Below this rank there are only words that say little. */
const firstAsked = 100
const sectionsEach = 20
const wordsEach = 110

/** Writes Markdown files that come to about `chunks` chunks into a folder; their words are as unevenly common as those of a language (Zipf). */
export async function writeCorpus(folder: string, chunks: number): Promise<void> {
  const random = createRandom(1)
  const words = Array.from({ length: vocabulary }, (_, index) => stopWords[index] ?? toWord(index))
  const text = (count: number): string =>
    Array.from({ length: count }, () => words[Math.floor(vocabulary ** random()) - 1]).join(' ')
  const documents = Math.ceil(chunks / sectionsEach)
  for (let document = 0; document < documents; document += 1) {
    const sections = Math.min(sectionsEach, chunks - document * sectionsEach)
    const body = Array.from({ length: sections }, () => `## ${text(4)}\n\n${text(wordsEach)}.`)
    const path = join(folder, `part-${Math.floor(document / 1000)}`)
    await mkdir(path, { recursive: true })
    await writeFile(join(path, `${document}.md`), `# ${text(3)}\n\n${body.join('\n\n')}\n`)
  }
}

/** A question's words are as those of the documents, without the commonest. */
export function createQuestions(count: number): string[] {
  const random = createRandom(3)
  const word = (): string => toWord(Math.floor(firstAsked * (vocabulary / firstAsked) ** random()))
  return Array.from({ length: count }, () => Array.from({ length: 6 }, word).join(' '))
}

function toWord(index: number): string {
  const digits = []
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / syllables.length))
    digits.push(syllables[rest % syllables.length])
  return digits.join('')
}

/**
 * Unit vectors that lie as embeddings of documents do: in clusters (topics) of clusters (pages) of near ones, the large
 * clusters much larger than the small. `count` of them, and `queries` more from the same clusters.
 */
export function createVectors(
  count: number,
  dimension: number,
  queries: number,
): { rows: Float32Array[]; queries: Float32Array[] } {
  const random = createRandom(2)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const around = (centre: Float32Array, spread: number): Float32Array =>
    toUnit(centre.map((value) => value + (spread * normal()) / Math.sqrt(dimension)))
  const origin = around(new Float32Array(dimension), 1)
  const topics = Array.from({ length: 100 }, () => around(origin, 1.2))
  const pages = Array.from({ length: Math.max(20, Math.ceil(count / 20)) }, () => around(pick(topics, random), 0.8))
  const next = (): Float32Array => around(pick(pages, random), 0.6)
  return { rows: Array.from({ length: count }, next), queries: Array.from({ length: queries }, next) }
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(items.length * random() ** 2)] as Item
}

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
