/** One line of the table: a figure, and the same of what it was measured beside, in the same run. */
export interface Figure {
  readonly part: string
  readonly what: string
  readonly unit: string
  readonly value: number
  readonly beside: { readonly what: string; readonly value: number } | null
  readonly target: Target | null
}

/** At most so many times what it was measured beside; or at most, or at least, so much, whatever that is; or within so much of it. */
export type Target =
  | { readonly kind: 'times'; readonly atMost: number }
  | { readonly kind: 'value'; readonly atMost: number }
  | { readonly kind: 'rate'; readonly atLeast: number }
  | { readonly kind: 'within'; readonly share: number }

/** The value below which a share of the samples lies, between neighbours in proportion; NaN for none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5)
}

/** How many times what it was measured beside; null where it was measured beside nothing. */
export function toRatio({ value, beside }: Figure): number | null {
  return beside === null ? null : value / beside.value
}

/** Whether a figure keeps to its target; null where it has none. */
export function isMet(figure: Figure): boolean | null {
  const { value, target } = figure
  if (target === null) return null
  const ratio = toRatio(figure) ?? Number.NaN
  switch (target.kind) {
    case 'times':
      return ratio <= target.atMost
    case 'value':
      return value <= target.atMost
    case 'rate':
      return value >= target.atLeast
    case 'within':
      return Math.abs(ratio - 1) <= target.share
  }
}

const headings = ['', 'figure', 'here', 'beside it', '', 'ratio', 'target', '']

/** All figures as one table in Markdown, which reads as well on a terminal. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure, index) => [
    figures[index - 1]?.part === figure.part ? '' : figure.part,
    figure.what,
    toText(figure.value, figure.unit),
    figure.beside?.what ?? '',
    figure.beside === null ? '' : toText(figure.beside.value, figure.unit),
    toRatio(figure)?.toFixed(2) ?? '',
    toTargetText(figure),
    { true: 'met', false: 'MISSED', null: '' }[String(isMet(figure))] ?? '',
  ])
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const right = [2, 4, 5]
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, column) => (right.includes(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [line(headings), line(rule), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

function toText(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${value.toFixed(digits)} ${unit}`
}

function toTargetText({ target, unit }: Figure): string {
  switch (target?.kind) {
    case 'times':
      return `≤ ${target.atMost.toFixed(2)} ×`
    case 'value':
      return `≤ ${target.atMost} ${unit}`
    case 'rate':
      return `≥ ${target.atLeast} ${unit}`
    case 'within':
      return `± ${target.share * 100} %`
    case undefined:
      return ''
  }
}
