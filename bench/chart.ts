/** Bars that are compared with each other, the shorter the better; `text` stands at a bar's end. */
export interface Group {
  readonly title: string
  readonly bars: ReadonlyArray<{
    readonly label: string
    readonly value: number
    readonly text: string
    readonly ours: boolean
  }>
}

const width = 720
const barsFrom = 210
const barsTo = 570
const barHeight = 18
const titleHeight = 34

/** Horizontal bars in groups, each group to a scale of its own: an SVG that stands by itself and reads on light and dark pages. */
export function toChart(groups: readonly Group[], caption: string): string {
  const parts: string[] = []
  let y = 0
  for (const { title, bars } of groups) {
    const longest = Math.max(...bars.map(({ value }) => value))
    parts.push(`<text x="12" y="${y + 24}" font-weight="600">${escapeText(title)}</text>`)
    y += titleHeight
    for (const { label, value, text, ours } of bars) {
      const length = ((value / longest) * (barsTo - barsFrom)).toFixed(1)
      parts.push(
        `<text x="${barsFrom - 8}" y="${y + 13}" text-anchor="end">${escapeText(label)}</text>`,
        `<rect x="${barsFrom}" y="${y + 2}" width="${length}" height="${barHeight - 4}" rx="2" fill="${ours ? '#1f6feb' : '#9aa4b2'}"/>`,
        `<text x="${(barsFrom + Number(length) + 8).toFixed(1)}" y="${y + 13}">${escapeText(text)}</text>`,
      )
      y += barHeight
    }
  }
  const height = y + 34
  parts.push(`<text x="12" y="${height - 10}" fill="#59636e" font-size="11">${escapeText(caption)}</text>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2328" role="img" aria-label="${escapeText(caption)}"><rect width="100%" height="100%" rx="6" fill="#fff"/>${parts.join('')}</svg>\n`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
