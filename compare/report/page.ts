// The comparison as one page to look at: the verdict, the figures, then each question side by side and each page with its changes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../answers.ts'
import type { Comparison, TableFacts } from '../compare.ts'
import { diffWords, type Run } from '../diff.ts'
import type { Hunk, Page, PageChange } from '../pages.ts'
import { Html, html } from './html.ts'
import { count, type Summary, shorten, toQuestionsLine, toQuoted, toRemarks, toSummary, toVerdict } from './summary.ts'

/** What a browser shows at once without a wait. */
const shown = { questions: 200, pages: 300, hunks: 40 }
/** Words that stay as they were are shown so many before and after a change. */
const contextWords = 30
/** The share of words in common from which on differences are marked. */
const leastAlike = 0.2

/** The ask page's colours, and what is this page's own. */
const styles = ['../../page/colours.css', 'style.css']

/** The whole page, as text: it loads nothing, runs no script, and is readable in light and dark. */
export async function toPage(comparison: Comparison): Promise<string> {
  const style = (await Promise.all(styles.map((path) => readFile(join(import.meta.dirname, path), 'utf8')))).join('')
  const { before, after, notices, pages, identical } = comparison
  const summary = toSummary(comparison)
  const { lost, moved, requoted, gained } = summary
  const verdict = toVerdict(summary, comparison)
  const body = identical
    ? []
    : [
        toTotals(comparison, summary),
        toQuestions(
          'lost',
          'Answered before, and now not',
          'What the documents no longer say, or say where it is not found.',
          lost,
        ),
        toQuestions(
          'moved',
          'Another page comes first',
          'For the worse where the page that the question is about came first and no longer does. A side effect is what nobody meant: the pages that it was answered from were not touched.',
          moved,
        ),
        toQuestions(
          'requoted',
          'The same page comes first, and other words are quoted',
          'Those that begin as before come last.',
          requoted,
        ),
        toQuestions('gained', 'Answered now, and not before', '', gained),
        toPages('gone', 'Pages gone', pages.gone, (page) => toGone(page, after)),
        toPages('page-moved', 'Pages moved', pages.moved, toChange),
        toPages('changed', 'Pages changed', pages.changed, toChange),
        toPages('added', 'Pages added', pages.added, toPageItem),
      ]
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${before.name} and ${after.name}, compared</title>
<style>
${new Html(style)}</style>
</head>
<body>
<header>
<p class="what">What ${after.name} changes</p>
<h1>${verdict}</h1>
<div class="sides">${toFacts('OLD', before)}${toFacts('NEW', after)}</div>
${notices.map((notice) => html`<p class="notice">${notice}</p>`)}
</header>
<main>
${body}
</main>
<footer>Answers are quoted from the documents, by the code that serves them; no model wrote any. Made by <code>npm run compare</code>.</footer>
</body>
</html>
`
  return text
}

function toFacts(label: string, { name, kind, pages, manifest }: TableFacts): Html {
  const { chunks, language, embedding, version, createdAt } = manifest
  const search = embedding === null ? 'by words alone' : `by words and ${embedding.model}`
  return html`<div class="side"><span class="label">${label}</span><span class="path">${name}</span>
<p class="facts">${kind}: ${count(pages, 'page', 'pages')}, ${count(chunks, 'chunk', 'chunks')}, ${language}, searched ${search}<br>
<code>${shorten(version)}</code>, made ${createdAt.slice(0, 16).replace('T', ' ')}</p></div>`
}

/** Of a whole, one part: how many, in which colour, and where it is told of. */
type Part = readonly [tone: string, number: number, what: string, id?: string]

function toTotals(comparison: Comparison, summary: Summary): Html[] {
  const { pages, outcomes } = comparison
  const { lost, moved, requoted, gained, asBefore, unanswered, rightFirst, answered } = summary
  const right =
    rightFirst.of === 0
      ? ''
      : ` Of the ${rightFirst.of.toLocaleString('en')} about pages that both have, the right page comes first for ${rightFirst.before.toLocaleString('en')} in OLD and ${rightFirst.after.toLocaleString('en')} in NEW.`
  return [
    ...(outcomes.length === 0
      ? []
      : [
          toTotal(
            'Questions',
            `${toQuestionsLine(comparison)}. OLD answers ${answered.before.toLocaleString('en')} of them, NEW ${answered.after.toLocaleString('en')}.${right}`,
            [
              ['red', lost.length, 'lost', 'lost'],
              ['amber', moved.length, 'from another page', 'moved'],
              ['blue', requoted.length, 'in other words', 'requoted'],
              ['green', gained.length, 'gained', 'gained'],
              ['rest', asBefore, 'as before'],
              ['rest', unanswered, 'answered by neither'],
            ],
          ),
        ]),
    toTotal('Pages', '', [
      ['red', pages.gone.length, 'gone', 'gone'],
      ['amber', pages.moved.length, 'moved', 'page-moved'],
      ['blue', pages.changed.length, 'changed', 'changed'],
      ['green', pages.added.length, 'added', 'added'],
      ['rest', pages.same, 'as they were'],
    ]),
  ]
}

function toTotal(title: string, text: string, parts: readonly Part[]): Html {
  const some = parts.filter(([, number]) => number > 0)
  return html`<div class="total"><h2>${title}</h2>${text === '' ? '' : html`<p>${text}</p>`}
<div class="bar" aria-hidden="true">${some.map(([tone, number]) => html`<span class="${tone}" style="flex-grow:${String(number)}"></span>`)}</div>
<ul class="numbers">${parts.map(([tone, number, what, id]) => {
    const figure = html`<b>${number}</b><span>${what}</span>`
    return html`<li class="${number === 0 ? 'rest' : tone}">${id === undefined || number === 0 ? figure : html`<a href="#${id}">${figure}</a>`}</li>`
  })}</ul></div>
`
}

function toSection(id: string, title: string, intro: string, number: number, most: number, content: Html): Html {
  if (number === 0) return html``
  const rest = number > most ? html`<p>And ${number - most} more, in what --json writes.</p>` : ''
  return html`<section id="${id}"><h2>${title} (${number})</h2>${intro === '' ? '' : html`<p>${intro}</p>`}${content}${rest}</section>
`
}

function toQuestions(id: string, title: string, intro: string, outcomes: readonly Outcome[]): Html {
  const content = html`${outcomes.slice(0, shown.questions).map(toQuestion)}`
  return toSection(id, title, intro, outcomes.length, shown.questions, content)
}

function toQuestion(outcome: Outcome): Html {
  const { question, before, after, status } = outcome
  const runs = before.answered && after.answered ? diffWords(toQuoted(before), toQuoted(after)) : []
  const marked = isAlike(runs)
  const remarks = toRemarks(outcome).map((remark) => html`<span class="remark ${tones[remark] ?? ''}">${remark}</span>`)
  return html`<article class="asked"><h3>${question}</h3>${remarks}
<div class="sides">${toReply('OLD', before, status.before, marked ? keep(runs, 'old') : undefined)}${toReply('NEW', after, status.after, marked ? keep(runs, 'new') : undefined)}</div></article>
`
}

/** Two texts that have little in common are read as a whole: marks everywhere show nothing. */
function isAlike(runs: ReadonlyArray<Run<string>>): boolean {
  const words = (given: ReadonlyArray<Run<string>>): number => given.reduce((sum, { items }) => sum + items.length, 0)
  return words(runs.filter(({ kind }) => kind === 'same')) >= leastAlike * words(runs) && runs.length > 0
}

const tones: Readonly<Record<string, string>> = { 'for the better': 'better', 'begins as before': 'calm' }

function toReply(
  label: string,
  reply: Outcome['before'],
  status: string | undefined,
  marked: Html[] | undefined,
): Html {
  const { answered, pages, quotes, heading } = reply
  const others = [...new Set(quotes.map(({ source }) => source))].slice(1)
  const about = [
    heading,
    status === undefined || status === 'same' ? '' : status,
    others.length === 0 ? '' : `then ${others.join(', ')}`,
  ].filter((text) => text !== '')
  return html`<div class="side"><span class="label">${label}</span>${
    answered
      ? html`<span class="path">${pages[0] ?? ''}</span>${about.length === 0 ? '' : html`<p class="facts">${about.join(' · ')}</p>`}`
      : html`<span class="facts">not answered</span>`
  }<p class="quoted${answered ? '' : ' none'}">${marked ?? toQuoted(reply)}</p></div>`
}

/** One side of a difference: its own words marked, the other's left out. */
function keep(runs: ReadonlyArray<Run<string>>, side: 'old' | 'new'): Html[] {
  return runs.filter(({ kind }) => kind === 'same' || kind === side).map((run) => toRun(run))
}

function toRun({ kind, items }: Run<string>): Html {
  const text = items.join('')
  return kind === 'same' ? html`${text}` : kind === 'old' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`
}

function toPages<Item>(id: string, title: string, items: readonly Item[], toItem: (item: Item) => Html): Html {
  const content = html`<ul class="pages">${items.slice(0, shown.pages).map((item) => html`<li>${toItem(item)}</li>`)}</ul>`
  return toSection(id, title, '', items.length, shown.pages, content)
}

function toPageItem({ source, title }: Page): Html {
  return html`<span class="path">${source}</span><span class="title">${title}</span>`
}

function toGone(page: Page, { skipped }: TableFacts): Html {
  const why = skipped.get(page.source)
  return html`${toPageItem(page)}${why === undefined ? '' : html`<span class="remark">is there, and cannot be read: ${why}</span>`}`
}

function toChange(change: PageChange): Html {
  const { from, to, chunks, words, headings, hunks } = change
  const path = from.source === to.source ? to.source : `${from.source} → ${to.source}`
  const facts = [
    ...(from.title === to.title ? [] : [`title “${from.title}”, now “${to.title}”`]),
    ...(hunks.length === 0
      ? []
      : [`words +${words.added} −${words.removed}`, `chunks +${chunks.added} −${chunks.removed}`]),
    ...headings.removed.map((heading) => `without “${heading}”`),
    ...headings.added.map((heading) => `with “${heading}”`),
  ]
  const counts = html`<span class="counts">${facts.length === 0 ? 'its text as it was' : facts.join(' · ')}</span>`
  const name = html`<span class="path">${path}</span>`
  if (hunks.length === 0) return html`${name}${counts}`
  const more = hunks.length > shown.hunks ? html`<p>And ${hunks.length - shown.hunks} more places.</p>` : ''
  return html`<details><summary>${name}${counts}</summary>${hunks.slice(0, shown.hunks).map(toHunk)}${more}</details>`
}

function toHunk({ heading, runs }: Hunk): Html {
  const under = heading === '' ? '' : html`<span class="under">${heading}</span>`
  return html`<div class="hunk">${under}${runs.map((run, index) => toRun(abridge(run, index > 0, index < runs.length - 1)))}</div>`
}

/** Of many words that stay, those next to a change. */
function abridge(run: Run<string>, afterChange: boolean, beforeChange: boolean): Run<string> {
  const { kind, items } = run
  if (kind !== 'same' || items.length <= 2 * contextWords + 5) return run
  const [first, last] = [
    afterChange ? items.slice(0, contextWords) : [],
    beforeChange ? items.slice(-contextWords) : [],
  ]
  return { kind, items: [...first, '… ', ...last] }
}
