/** One question and what comes of it, as it is shown. */
import type { Answer, Source } from '../function/contract.ts'
import { copy, toCurl, toText } from './copy.ts'
import { announce, count, find, make, show, update } from './dom.ts'
import { quotesOf } from './highlight.ts'
import { toPassage, toProse } from './markdown.ts'
import { list, whereOf } from './passages.ts'
import type { Failure, Reply } from './service.ts'

export interface Turn {
  readonly question: string
  readonly element: HTMLElement
  /** The question is on its way. */
  readonly wait: () => void
  readonly take: (reply: Reply) => void
  /** Nothing more is wanted. */
  readonly stop: () => void
}

const wakingAfterMs = 1_000
const busyAfterMs = 8_000

export function createTurn(question: string, again: () => void): Turn {
  const element = find('.turn', find<HTMLTemplateElement>('#turn').content).cloneNode(true) as HTMLElement
  const part = (name: string): HTMLElement => find(`.${name}`, element)
  const button = (name: string): HTMLButtonElement => find<HTMLButtonElement>(`button${name}`, element)
  let sources: readonly Source[] = []
  let text = ''
  let frame = 0
  let later = 0

  const say = (words: string): void => {
    part('state').textContent = `${words}…`
    show(part('state'), true)
    announce(words)
  }
  const sayLater = (words: string, afterMs: number): void => {
    clearTimeout(later)
    later = setTimeout(() => say(words), afterMs)
  }
  /** Nothing more comes. */
  const settle = (): void => {
    clearTimeout(later)
    cancelAnimationFrame(frame)
    show(part('state'), false)
  }
  const render = (nodes: Node[]): void => {
    update(part('answer'), nodes)
    const links = part('answer').querySelectorAll<HTMLAnchorElement>('.cite')
    for (const { hash } of links) element.querySelector(hash)?.classList.add('cited')
  }
  /** The link of a citation to its passage; undefined where there is no such passage. */
  const cite = (number: number): HTMLElement | undefined => {
    const source = sources.find((other) => other.number === number)
    if (source === undefined) return undefined
    const link = make('a', {
      className: 'cite',
      href: `#source-${number}`,
      title: whereOf(source),
      textContent: String(number),
    })
    link.ariaLabel = `Passage ${number}, ${source.title}`
    return link
  }

  const read = (found: readonly Source[]): void => {
    sources = found
    const reading = `Reading ${count(sources.length, 'passage')}`
    if (sources.length > 0) say(reading)
    list(part('sources'), sources, 'Passages')
    sayLater(`${reading}: the model is loading, or busy with other questions`, busyAfterMs)
  }

  const write = (piece: string): void => {
    if (text === '') say('Writing')
    clearTimeout(later)
    text += piece
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => render(toProse(text, cite, true)))
  }

  const finish = (answer: Answer): void => {
    settle()
    sources = answer.sources
    text = answer.answer
    const { answered, notice, reason, generator, model } = answer
    const quoted = answered && generator === 'extractive'
    render(quoted ? quotesOf(text).flatMap((quote) => toPassage(quote, cite)) : toProse(text, cite))
    const notes = [answered ? undefined : reason, notice].filter((note) => note !== undefined)
    part('notice').textContent = notes.join(' ')
    show(part('notice'), notes.length > 0)
    show(part('about'), true)
    const { totalMs } = answer.timings
    const time = totalMs < 1000 ? `${totalMs} ms` : `${(totalMs / 1000).toFixed(1)} s`
    const by = quoted ? 'Quoted from the documents' : `Written by ${model}`
    part('how').textContent = answered ? `${by} · ${time}` : `No model was asked. ${time}`
    const cited = sources.some((source) => source.cited)
    const label = cited ? 'What it stands on' : answered ? 'Read, but not cited' : 'The nearest passages'
    list(part('sources'), sources, label, answer)
    announce([text, ...notes].join(' '))
  }

  const fail = ({ title, detail, sources: found = [], token, retryAfterSeconds }: Failure): void => {
    settle()
    if (text !== '') render(toProse(text, cite))
    const wait = retryAfterSeconds === undefined ? '' : ` Ask again in ${count(retryAfterSeconds, 'second')}.`
    const said = find('.problem p', element)
    find('.problem h2', element).textContent = title
    said.replaceChildren(...(toPassage(detail + wait)[0]?.childNodes ?? []))
    show(part('problem'), token !== 'missing')
    if (found.length > 0) list(part('sources'), found, 'Found all the same')
    announce(`${title}. ${said.textContent}`)
  }

  part('answer').onclick = (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.cite') : null
    if (link === null || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    const card = find<HTMLDetailsElement>(link.hash, element)
    card.open = true
    card.scrollIntoView({ block: 'nearest' })
    find('summary', card).focus()
  }
  button('.copy-answer').onclick = () => void copy(button('.copy-answer'), toText(text, sources))
  button('.copy-curl').onclick = () => void copy(button('.copy-curl'), toCurl(question))
  find<HTMLButtonElement>('.problem button', element).onclick = again

  return {
    question,
    element,
    wait() {
      say('Searching the documents')
      sayLater('Waking up: after a quiet time the first question starts a pod', wakingAfterMs)
    },
    take([event, data]) {
      clearTimeout(later)
      if (event === 'sources') read(data.sources)
      else if (event === 'token') write(data.text)
      else if (event === 'answer') finish(data)
      else if (event === 'error') fail(data)
    },
    stop() {
      settle()
      const how = text === '' ? 'Stopped before anything was written.' : 'Stopped: the answer is not complete.'
      part('how').textContent = how
      show(part('about'), true)
      announce(how)
    },
  }
}
