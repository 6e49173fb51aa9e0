import t from 'tap'
import { calibrate, leaveOneOut, type Refuses, toBestTable, toGrid, toLeftOutTable } from '../../eval/calibrate.ts'
import type { Outcome } from '../../eval/evaluate.ts'
import { makeOutcome } from '../fixtures/outcome.ts'

const outcome = (relevant: string[], words: number, meaning: number | null): Outcome =>
  makeOutcome(relevant, { evidence: { words, meaning } })
const yes = (words: number, meaning: number | null = null): Outcome => outcome(['a.md'], words, meaning)
const no = (words: number, meaning: number | null = null): Outcome => outcome([], words, meaning)

const refuses: Refuses = ({ words, meaning }, { minWords = 0, minMeaning = 0 }) =>
  (words ?? 0) < minWords && (meaning ?? 0) < minMeaning
const grid = toGrid({ minWords: [0, 0.25, 0.5, 0.75], minMeaning: [0.25, 0.5, 0.75] })

t.test('a grid has every combination', async (t) => {
  t.equal(grid.length, 12)
  t.strictSame(grid[0], { minWords: 0, minMeaning: 0.25 })
})

t.test('the thresholds refuse as many as they may; a large corpus does not outvote the others', async (t) => {
  const corpus = [yes(0.6), yes(0.1, 0.6), no(0.4), no(0.1, 0.4)]
  t.strictSame(calibrate([corpus], refuses, grid, 0), { minWords: 0.5, minMeaning: 0.5 })
  const many = Array.from({ length: 98 }, () => yes(0.9, 0.9))
  t.strictSame(
    calibrate([[...many, ...corpus, no(0.7)]], refuses, grid, 0.02)?.minWords,
    0.75,
    '1 of 100 may be refused',
  )
  t.strictSame(
    calibrate([[...many, ...corpus, no(0.7)], corpus], refuses, grid, 0.02)?.minWords,
    0.5,
    'not 1 of 2 in the other',
  )
  t.equal(
    calibrate([[yes(0), no(0)]], () => true, grid, 0.5),
    undefined,
  )
})

t.test('a corpus is under the thresholds that the others choose', async (t) => {
  const corpora = new Map([
    ['easy', [yes(0.9), no(0.1)]],
    ['hard', [yes(0.3), no(0.2)]],
  ])
  const left = leaveOneOut(corpora, refuses, grid, 0)
  t.match(left.get('easy'), {
    thresholds: { minWords: 0.25 },
    wronglyRefused: { value: 0 },
    rightlyRefused: { value: 1 },
  })
  t.match(left.get('hard'), {
    thresholds: { minWords: 0.25 },
    wronglyRefused: { value: 0 },
    rightlyRefused: { value: 1 },
  })
  t.match(
    toLeftOutTable('full-text', corpora, refuses, grid, 0),
    /^full-text, left out[\s\S]*easy +minWords 0\.25[\s\S]*all /,
  )
})

t.test('what a set could refuse at most is told for each share that may be wrong', async (t) => {
  const sets = new Map([
    ['clear', [yes(0.6), no(0.1)]],
    ['mixed', [...Array.from({ length: 19 }, () => yes(0.9)), yes(0.3), no(0.4), no(0.8)]],
    ['answered', [yes(0.6)]],
  ])
  const table = toBestTable('full-text', sets, refuses, grid)
  t.match(table, /^full-text, rightly refused at wrongly +1 % +2 % +3 % +5 % +10 %/)
  t.match(table, /clear +1\.00 +1\.00 +1\.00 +1\.00 +1\.00/)
  t.match(table, /mixed +0\.00 +0\.00 +0\.00 +0\.50 +0\.50/)
  t.match(table, /answered +- +-/)
})
