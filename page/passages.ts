/** The passages of an answer: a list of cards that open. */
import type { Source } from '../function/contract/replies.ts'
import { find, make, show } from './dom.ts'
import { highlight, type Marks, marksWithin } from './text/highlight.ts'
import { toLink, toPassage } from './text/markdown.ts'

/** Where a passage stands, for people. */
export function whereOf({ source, page }: Source): string {
  return page === undefined ? source : `${source}, page ${page}`
}

/** Shows passages in a section. Those that are cited are open, and what an answer took from them is marked. */
export function list(section: HTMLElement, sources: readonly Source[], label: string, marks?: Marks): void {
  const opened = new Set([...section.querySelectorAll('details[open]')].map(({ id }) => id))
  let marked = false
  const cards = sources.map((source) => {
    const text = make('div', { className: 'text prose' }, ...toPassage(source.text))
    if (highlight(text, marks?.get(source.number) ?? [])) marked ||= source.cited
    const card = toCard(source, text, `${section.id}-${source.number}`)
    card.open = source.cited || opened.has(card.id)
    return make('li', {}, card)
  })
  find('h2', section).textContent = label
  find('ol', section).replaceChildren(...cards)
  show(section, cards.length > 0)
  for (const card of section.querySelectorAll('details')) excerpt(card)
  find('.legend', section).textContent = marked ? 'Highlighted: the words it stands on' : ''
}

/** Opens a passage at the words that were quoted from it. */
export function open(card: HTMLDetailsElement, quote: string | undefined): void {
  card.open = true
  excerpt(card)
  const meant = quote === undefined ? [] : marksWithin(card, quote)
  for (const mark of card.querySelectorAll('mark')) mark.classList.toggle('meant', meant.includes(mark))
  const [first] = meant
  bring(card, first)
  for (const element of [card, first]) element?.scrollIntoView({ block: 'nearest' })
  find('summary', card).focus({ preventScroll: true })
}

function toCard(source: Source, text: HTMLElement, id: string): HTMLDetailsElement {
  const { number, title, heading, cited } = source
  const more = make('button', { className: 'more', type: 'button', textContent: 'Show the whole passage' })
  const original = toLink(source.url ?? null, 'Open the document', /^https?:$/)
  const passage = make('div', { className: 'passage' }, text, more, original ?? '')
  more.onclick = () => passage.classList.remove('long')
  const path = heading.split(' > ').filter((part) => part !== '' && part !== title)
  const what = make(
    'span',
    { className: 'what', dir: 'auto' },
    make('span', { className: 'title', textContent: [title, ...path].join(' › ') }),
    make('span', { className: 'where', textContent: whereOf(source) }),
  )
  const summary = make('summary', {}, make('span', { className: 'number', textContent: String(number) }), what)
  const className = cited ? 'cited' : ''
  const card = make('details', { id, className }, summary, passage)
  card.ontoggle = () => excerpt(card)
  card.onpointerenter = () => light(id, true)
  card.onpointerleave = () => light(id, false)
  return card
}

/** A long passage shows the part around its first highlight, until it is asked for whole. */
function excerpt(card: HTMLDetailsElement): void {
  if (card.dataset.seen !== undefined || !card.open) return
  card.dataset.seen = ''
  const passage = find('.passage', card)
  const text = find('.text', card)
  if (text.scrollHeight < 220) return
  passage.classList.add('long')
  bring(card, text.querySelector('mark'))
}

/** Of a passage that is cut, brings what a mark stands in into sight. */
function bring(card: HTMLElement, mark: HTMLElement | null | undefined): void {
  const text = find('.text', card)
  if (!mark || text.scrollHeight <= text.clientHeight) return
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - 48
  const { classList } = find('.passage', card)
  classList.toggle('cut-above', text.scrollTop > 0)
  classList.toggle('ends', text.scrollTop + text.clientHeight >= text.scrollHeight - 1)
}

function light(id: string, lit: boolean): void {
  for (const link of document.querySelectorAll(`.cite[href="#${id}"]`)) link.classList.toggle('lit', lit)
}
