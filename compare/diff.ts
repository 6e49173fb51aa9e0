// What two sequences have in common, and what only one of them has: lines of a page, words of an answer.

/** Items that follow each other and are in both sequences, or in one of them alone. */
export interface Run<Item> {
  readonly kind: 'same' | 'old' | 'new'
  readonly items: readonly Item[]
}

/** A longer comparison than this, in pairs of items, is not made: all of the one is then gone, and all of the other new. */
const maxPairs = 4_000_000
/** So few words in common between two changes are chance, and only make a text hard to read. */
const fewWords = 2
/** A word with the space after it; in scripts without spaces a character is one. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]\s*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+\s*/gu

/** White space aside, so that a text is the same however it was wrapped. */
export function unspaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Two sequences -> runs in order, by their longest common subsequence; items of one key are the same. */
export function diff<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): Array<Run<Item>> {
  const [a, b] = [before.map(keyOf), after.map(keyOf)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const [rows, columns] = [a.length - start - end, b.length - start - end]
  const runs: Array<{ kind: Run<Item>['kind']; items: Item[] }> = []
  const push = (kind: Run<Item>['kind'], items: readonly Item[]): void => {
    const last = runs.at(-1)
    if (items.length === 0) return
    if (last?.kind === kind) last.items.push(...items)
    else runs.push({ kind, items: [...items] })
  }
  push('same', after.slice(0, start))
  if (rows * columns > maxPairs) {
    push('old', before.slice(start, start + rows))
    push('new', after.slice(start, start + columns))
  } else {
    const width = columns + 1
    // How much the rest of both has in common, from each pair of places on.
    const common = new Uint32Array((rows + 1) * width)
    const at = (row: number, column: number): number => common[row * width + column] ?? 0
    const isSame = (row: number, column: number): boolean => a[start + row] === b[start + column]
    for (let row = rows - 1; row >= 0; row -= 1)
      for (let column = columns - 1; column >= 0; column -= 1)
        common[row * width + column] = isSame(row, column)
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1))
    let [row, column] = [0, 0]
    while (row < rows || column < columns) {
      if (row < rows && column < columns && isSame(row, column)) {
        push('same', after.slice(start + column, start + column + 1))
        row += 1
        column += 1
      } else if (column === columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) {
        push('old', before.slice(start + row, start + row + 1))
        row += 1
      } else {
        push('new', after.slice(start + column, start + column + 1))
        column += 1
      }
    }
  }
  push('same', after.slice(after.length - end))
  return runs
}

/** Two texts -> runs of words, each with the space after it. */
export function diffWords(before: string, after: string): Array<Run<string>> {
  const toWords = (text: string): string[] => text.match(word) ?? []
  return tidy(diff(toWords(before), toWords(after), (text) => text.trim()))
}

/** What is gone before what is new, and chance words between two changes with them. */
function tidy(runs: ReadonlyArray<Run<string>>): Array<Run<string>> {
  const tidied: Array<Run<string>> = []
  let [old, added]: [string[], string[]] = [[], []]
  const flush = (): void => {
    if (old.length > 0) tidied.push({ kind: 'old', items: old })
    if (added.length > 0) tidied.push({ kind: 'new', items: added })
    old = []
    added = []
  }
  for (const [index, { kind, items }] of runs.entries()) {
    const isBetween = index > 0 && index < runs.length - 1
    if (
      kind === 'same' &&
      !(isBetween && items.length <= fewWords && isLong(runs[index - 1]) && isLong(runs[index + 1]))
    ) {
      flush()
      tidied.push({ kind, items })
      continue
    }
    if (kind !== 'new') old.push(...items)
    if (kind !== 'old') added.push(...items)
  }
  flush()
  return tidied
}

function isLong(run: Run<string> | undefined): boolean {
  return (run?.items.length ?? 0) > fewWords
}
