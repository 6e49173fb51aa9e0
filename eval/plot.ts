import { type Figures, measures } from './evaluate.ts'

const width = 720
const barHeight = 14
const colours = ['#2f6f9f', '#c46a1b', '#4b8b3b']
const plotted = measures.filter((measure) => measure !== 'refused')

/** The overall figures of each mode as grouped bars: a self-contained SVG. */
export function toPlot(figures: Readonly<Record<string, Readonly<Record<string, Figures>>>>): string {
  const series = Object.entries(figures).map(([mode, kinds], index) => ({
    mode,
    overall: kinds.overall,
    colour: colours[index % colours.length],
  }))
  const groupHeight = barHeight * series.length + 12
  const height = plotted.length * groupHeight + 40
  const bars = plotted.flatMap((measure, group) =>
    series.map(({ overall, colour }, row) => {
      const value = overall?.[measure]?.value ?? 0
      const y = group * groupHeight + row * barHeight + 8
      return `<rect x="90" y="${y}" width="${(value * (width - 160)).toFixed(1)}" height="${barHeight - 2}" fill="${colour}"/><text x="${(96 + value * (width - 160)).toFixed(1)}" y="${y + 10}">${value.toFixed(2)}</text>`
    }),
  )
  const labels = plotted.map(
    (measure, group) => `<text x="8" y="${group * groupHeight + 8 + groupHeight / 2}">${measure}</text>`,
  )
  const legend = series.map(
    ({ mode, colour }, index) =>
      `<rect x="${90 + index * 120}" y="${height - 22}" width="10" height="10" fill="${colour}"/><text x="${105 + index * 120}" y="${height - 13}">${mode}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="Retrieval figures by mode"><rect width="100%" height="100%" fill="#fff"/>${[...bars, ...labels, ...legend].join('')}</svg>\n`
}
