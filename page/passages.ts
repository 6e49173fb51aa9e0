/** The passages of an answer: a list of cards that open. */
import type { Answer, Source } from '../function/contract.ts'
import { find, make, show } from './dom.ts'
import { claimsOf, highlight } from './highlight.ts'
import { toPassage } from './markdown.ts'

/** Where a passage stands, for people. */
export function whereOf({ source, page }: Source): string {
  return page === undefined ? source : `${source}, page ${page}`
}

/** Shows passages in a section. With an answer, those that it cites are open, and what it took from them is marked. */
export function list(section: HTMLElement, sources: readonly Source[], label: string, answer?: Answer): void {
  const exact = answer?.generator === 'extractive'
  const claims = answer === undefined ? new Map<number, string[]>() : claimsOf(answer)
  let marked = false
  const cards = sources.map((source) => {
    const text = make('div', { className: 'text prose' }, ...toPassage(source.text))
    if (source.cited) marked = highlight(text, claims.get(source.number) ?? [], exact) || marked
    return make('li', {}, toCard(source, text))
  })
  find('h2', section).textContent = label
  find('ol', section).replaceChildren(...cards)
  show(section, cards.length > 0)
  for (const card of section.querySelectorAll('details')) excerpt(card)
  const told = exact ? 'Highlighted: quoted word for word' : 'Highlighted: the sentence nearest to what was written'
  find('.legend', section).textContent = marked ? told : ''
}

function toCard(source: Source, text: HTMLElement): HTMLElement {
  const { number, title, heading, cited } = source
  const more = make('button', { className: 'more', type: 'button', textContent: 'Show the whole passage' })
  const passage = make('div', { className: 'passage' }, text, more)
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
  const card = make('details', { id: `source-${number}`, open: cited, className }, summary, passage)
  card.ontoggle = () => excerpt(card)
  card.onpointerenter = () => light(number, true)
  card.onpointerleave = () => light(number, false)
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
  const mark = text.querySelector('mark')
  if (mark === null) return
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - 48
  passage.classList.toggle('cut-above', text.scrollTop > 0)
  passage.classList.toggle('ends', text.scrollTop + text.clientHeight >= text.scrollHeight - 1)
}

function light(number: number, lit: boolean): void {
  for (const link of document.querySelectorAll(`.cite[href="#source-${number}"]`)) link.classList.toggle('lit', lit)
}
