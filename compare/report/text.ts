// The comparison for people at a terminal: pages, then questions, and what it comes to at the end, where one looks.
import type pc from 'picocolors'
import { lineUp } from '../../eval/table.ts'
import type { Outcome } from '../answers.ts'
import type { Comparison, TableFacts } from '../compare.ts'
import { diffWords, unspaced } from '../diff.ts'
import type { Page, PageChange } from '../pages.ts'
import { count, shorten, toQuestionsLine, toQuoted, toQuotedPage, toRemarks, toSummary, toVerdict } from './summary.ts'

const shown = { pages: 40, questions: 15 }
const lineCharacters = 110
const contextWords = 6

type Colors = Pick<typeof pc, 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'>

/** Everything on one screen or two; what is cut says where the rest is. */
export function toReport(comparison: Comparison, colors: Colors): string {
  const { before, after, pages, notices, outcomes, identical } = comparison
  const summary = toSummary(comparison)
  const { lost, moved, worse, requoted, gained } = summary
  const { bold, dim, red, green, yellow } = colors
  const head = [toFacts('OLD', before, dim), toFacts('NEW', after, dim), ...notices.map((text) => yellow(text))]
  if (identical) return `${[...head, '', bold(toVerdict(summary, comparison))].join('\n')}\n`
  const rest = 'in --json and --html'
  const list = <Item>(
    title: string,
    items: readonly Item[],
    toLines: (item: Item) => readonly string[],
    most: number,
  ): string[] =>
    items.length === 0
      ? []
      : [
          '',
          bold(`${title} (${items.length})`),
          ...items.slice(0, most).flatMap(toLines),
          ...(items.length > most ? [dim(`  and ${items.length - most} more, ${rest}`)] : []),
        ]
  const asked = (outcome: Outcome): string[] => toOutcomeLines(outcome, colors)
  const toGone = ({ source, title }: Page): string => {
    const why = after.skipped.get(source)
    return `  ${red('-')} ${source}  ${dim(title)}${why === undefined ? '' : yellow(`  is there, and cannot be read: ${why}`)}`
  }
  const lines = [
    ...head,
    ...list('Pages gone', pages.gone, (page) => [toGone(page)], shown.pages),
    ...list('Pages moved', pages.moved, (change) => toChangeLines(change, colors), shown.pages),
    ...list('Pages changed', pages.changed, (change) => toChangeLines(change, colors), shown.pages),
    ...list(
      'Pages added',
      pages.added,
      ({ source, title }) => [`  ${green('+')} ${source}  ${dim(title)}`],
      shown.pages,
    ),
    ...list('Answered before, and now not', lost, asked, shown.questions),
    ...list('Another page comes first', moved, asked, shown.questions),
    ...list('The same page comes first, and other words are quoted', requoted, asked, shown.questions),
    ...list('Answered now, and not before', gained, asked, shown.questions),
    '',
    ...toCounts(comparison),
    '',
    ...(outcomes.length === 0 ? [] : [dim(`Asked: ${toQuestionsLine(comparison)}.`)]),
    bold((lost.length + worse > 0 ? red : String)(toVerdict(summary, comparison))),
  ]
  return `${lines.join('\n')}\n`
}

function toFacts(label: string, { name, kind, pages, manifest }: TableFacts, dim: Colors['dim']): string {
  const { chunks, language, embedding, version } = manifest
  const search = embedding === null ? 'by words alone' : `by words and ${embedding.model}`
  return `${label}  ${name}  ${dim(`${kind}: ${count(pages, 'page', 'pages')}, ${count(chunks, 'chunk', 'chunks')}, ${language}, ${search}, ${shorten(version)}`)}`
}

/** Figures of both side by side, and what they come from. */
function toCounts(comparison: Comparison): string[] {
  const { before, after, pages, outcomes } = comparison
  const { lost, gained, moved, worse, requoted, beginAsBefore, asBefore, answered, rightFirst } = toSummary(comparison)
  const { gone, added, changed, same } = pages
  const forTheWorse = worse === 0 ? '' : ` (${worse} for the worse)`
  const opening = beginAsBefore === 0 ? '' : ` (${beginAsBefore} begin as before)`
  const rows: Array<readonly [string, number, number, string]> = [
    [
      'pages',
      before.pages,
      after.pages,
      `${gone.length} gone, ${pages.moved.length} moved, ${changed.length} changed, ${added.length} added, ${same} as they were`,
    ],
    ['chunks', before.manifest.chunks, after.manifest.chunks, ''],
  ]
  if (outcomes.length > 0) {
    const became = `${lost.length} lost, ${gained.length} gained, ${moved.length} from another page${forTheWorse}, ${requoted.length} in other words${opening}, ${asBefore} as before`
    rows.push(['answered', answered.before, answered.after, `of ${outcomes.length}: ${became}`])
  }
  if (rightFirst.of > 0)
    rows.push([
      'right page first',
      rightFirst.before,
      rightFirst.after,
      `of ${rightFirst.of} about pages that both have`,
    ])
  const table = lineUp([['', 'OLD', 'NEW'], ...rows.map(([name, old, now]) => [name, String(old), String(now)])])
  return table
    .trimEnd()
    .split('\n')
    .map((line, index) => `${line}   ${rows[index - 1]?.[3] ?? ''}`.trimEnd())
}

function toChangeLines({ from, to, chunks, words, headings }: PageChange, { cyan, dim, green, red }: Colors): string[] {
  const isSame = words.added + words.removed === 0
  const counts = `words +${words.added} -${words.removed}, chunks +${chunks.added} -${chunks.removed}`
  const path = from.source === to.source ? to.source : `${from.source} -> ${to.source}`
  return [
    `  ${cyan('~')} ${path}  ${dim(isSame ? (from.source === to.source ? '' : 'its text as it was') : counts)}`.trimEnd(),
    ...(from.title === to.title ? [] : [dim(`      title "${from.title}" -> "${to.title}"`)]),
    ...headings.removed.map((heading) => `      ${red('-')} ${dim(`heading ${heading}`)}`),
    ...headings.added.map((heading) => `      ${green('+')} ${dim(`heading ${heading}`)}`),
  ]
}

function toOutcomeLines(outcome: Outcome, { dim, red, green, yellow }: Colors): string[] {
  const { question, before, after } = outcome
  const { at, old, now } = toExcerpts(toQuoted(before), toQuoted(after))
  const remarks = toRemarks(outcome).map((remark) => yellow(` [${remark}]`))
  const line = (label: string, reply: Outcome['before'], text: string): string =>
    `    ${label}  ${reply.answered ? `${toQuotedPage(reply, at)}: ` : ''}${dim(text)}`
  return [`  ${question}${remarks.join('')}`, line(red('OLD'), before, old), line(green('NEW'), after, now)]
}

/** Both from a few words of the line in which they part, and no longer than a line; `at` is where they part. */
function toExcerpts(before: string, after: string): { at: number; old: string; now: string } {
  const runs = diffWords(before, after)
  const [first] = runs
  const common = first?.kind === 'same' && runs.length > 1 ? first.items : []
  const at = common.join('').length
  const context = common.slice(-contextWords).join('').split('\n').at(-1) ?? ''
  const skipped = common.join('').slice(0, at - context.length)
  const excerpt = (text: string): string => clip(`${skipped === '' ? '' : '… '}${unspaced(text.slice(skipped.length))}`)
  return skipped === '' || !before.startsWith(skipped) || !after.startsWith(skipped)
    ? { at: 0, old: clip(unspaced(before)), now: clip(unspaced(after)) }
    : { at, old: excerpt(before), now: excerpt(after) }
}

function clip(text: string): string {
  return text.length <= lineCharacters ? text : `${text.slice(0, lineCharacters - 2).trimEnd()} …`
}
