/** One question and what comes of it, as it is shown. */
import type { Answer, Citation, Source, Wait } from '../function/contract/replies.ts'
import { copy, toCurl, toText } from './copy.ts'
import { announce, count, find, make, show, update } from './dom.ts'
import { list, open, whereOf } from './passages.ts'
import type { Failure, Reply } from './service.ts'
import { doubt, marksOf, quotesOf } from './text/highlight.ts'
import { type Cite, toPassage, toProse } from './text/markdown.ts'

export interface Turn {
  readonly question: string
  readonly element: HTMLElement
  /** The question is on its way. */
  readonly wait: () => void
  readonly take: (reply: Reply) => void
  /** Nothing more is wanted. */
  readonly stop: () => void
}

export interface TurnParts {
  /** The model that writes, as its readers know it. */
  readonly model: () => string
  /** Asks the question once more. */
  readonly again: () => void
}

const wakingAfterMs = 1_000
/** A question has no more. */
const mostCharacters = 2_000
let turns = 0

export function createTurn(question: string, { model, again }: TurnParts): Turn {
  const element = find('.turn', find<HTMLTemplateElement>('#turn').content).cloneNode(true) as HTMLElement
  const part = <Found extends HTMLElement = HTMLElement>(selector: string): Found => find<Found>(selector, element)
  const [answer, state, section] = [part('.answer'), part('.state'), part('.sources')]
  const quotes = part<HTMLDetailsElement>('.quotes')
  let sources: readonly Source[] = []
  let text = ''
  /** The question as it stands alone. */
  let searched = question
  let frame = 0
  let later = 0
  turns += 1
  section.id = `sources-${turns}`
  part('.asked-for').textContent = question

  const say = (words: string): void => {
    if (!state.hidden && state.textContent === `${words}…`) return
    state.textContent = `${words}…`
    show(state, true)
    announce(words)
  }
  const sayLater = (words: string, afterMs: number): void => {
    clearTimeout(later)
    later = setTimeout(() => say(words), afterMs)
  }
  /** What is to be read meanwhile is there: the quoted answer. */
  const sayWhile = ({ state, place = 1 }: Wait): void => {
    const others = place === 1 ? 'another question is' : `${place} other questions are`
    const does = { loading: 'loads', reading: 'reads', thinking: 'thinks' }
    say(`From the documents, while ${state === 'queued' ? `${others} answered` : `${model()} ${does[state]}`}`)
  }
  /** Nothing more comes. */
  const settle = (): void => {
    clearTimeout(later)
    cancelAnimationFrame(frame)
    show(state, false)
    element.classList.remove('reading')
  }

  /** The links of citations to their passages, at the words that bear the statement out. They are asked for in the order of the text. */
  const createCite = (citations: readonly Citation[] = []): Cite => {
    const left = citations.toSorted((a, b) => a.marker.start - b.marker.start)
    return (number) => {
      const source = sources.find((other) => other.number === number)
      if (source === undefined) return undefined
      const next = left.findIndex((citation) => citation.number === number)
      const [citation] = next === -1 ? [] : left.splice(next, 1)
      const [href, title] = [`#${section.id}-${number}`, whereOf(source)]
      const link = make('a', { className: 'cite', href, title, textContent: String(number) })
      link.ariaLabel = `Passage ${number}, ${source.title}`
      if (citation !== undefined) link.dataset.quote = citation.quote
      return link
    }
  }
  const render = (nodes: Node[], into = answer): void => {
    update(into, nodes)
    for (const { hash } of into.querySelectorAll<HTMLAnchorElement>('.cite')) {
      element.querySelector(hash)?.classList.add('cited')
    }
  }
  const toQuoted = (quoted: Pick<Answer, 'answer' | 'citations'>): Node[] => {
    const cite = createCite(quoted.citations)
    return quotesOf(quoted).flatMap((quote) => toPassage(quote, cite))
  }

  const read = (found: readonly Source[]): void => {
    sources = found
    if (sources.length > 0) say(`Reading ${count(sources.length, 'passage')}`)
    list(section, sources, 'Passages')
  }

  const quote = (quoted: Pick<Answer, 'answer' | 'citations'>): void => {
    sayWhile({ state: 'reading' })
    list(section, sources, 'Passages', marksOf(quoted.citations))
    render(toQuoted(quoted), find('.prose', quotes))
    element.classList.add('reading')
    quotes.open = true
    show(quotes, true)
  }

  const write = (piece: string): void => {
    if (text === '') {
      say('Writing')
      element.classList.remove('reading')
      quotes.open = false
    }
    text += piece
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => render(toProse(text, createCite(), true)))
  }

  const finish = (whole: Answer): void => {
    settle()
    sources = whole.sources
    text = whole.answer
    const { answered, notice, reason, citations, unsupported = [] } = whole
    const quoted = answered && whole.generator === 'extractive'
    render(quoted ? toQuoted(whole) : toProse(text, createCite(citations)))
    if (quoted) show(quotes, false)
    doubt(answer, text, unsupported)
    show(part('.doubts'), unsupported.length > 0)
    // Where nothing of what was written is borne out, the quotations are what to read.
    if (unsupported.length > 0 && citations.length === 0) quotes.open = true
    const notes = [answered ? undefined : reason, notice].filter((note) => note !== undefined)
    part('.notice').textContent = notes.join(' ')
    show(part('.notice'), notes.length > 0)
    show(part('.about'), true)
    const { totalMs } = whole.timings
    const time = totalMs < 1000 ? `${totalMs} ms` : `${(totalMs / 1000).toFixed(1)} s`
    const by =
      whole.model === null ? (quoted ? 'Quoted from the documents' : 'No model was asked') : `Written by ${whole.model}`
    searched = (whole.searched ?? question).slice(-mostCharacters)
    const before = whole.searched === undefined ? '' : ' · searched with the questions before'
    part('.how').textContent = `${by} · ${time}${before}`
    const cited = sources.some((source) => source.cited)
    const label = cited ? 'What it stands on' : answered ? 'Read, but not cited' : 'The nearest passages'
    list(section, sources, label, marksOf(citations))
    announce([text, ...notes].join(' '))
  }

  const fail = ({ title, detail, sources: found = [], token, retryAfterSeconds }: Failure): void => {
    settle()
    if (text !== '') render(toProse(text, createCite()))
    const wait = retryAfterSeconds === undefined ? '' : ` Ask again in ${count(retryAfterSeconds, 'second')}.`
    const said = part('.problem p')
    part('.problem h2').textContent = title
    said.replaceChildren(...(toPassage(detail + wait)[0]?.childNodes ?? []))
    show(part('.problem'), token !== 'missing')
    if (found.length > 0) list(section, found, 'Found all the same')
    announce(`${title}. ${said.textContent}`)
  }

  part('.reply').onclick = (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.cite') : null
    if (link === null || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    element.classList.add('whole')
    open(part<HTMLDetailsElement>(link.hash), link.dataset.quote)
  }
  const button = (selector: string): HTMLButtonElement => part<HTMLButtonElement>(selector)
  button('.copy-answer').onclick = () => void copy(button('.copy-answer'), toText(text, sources))
  button('.copy-curl').onclick = () => void copy(button('.copy-curl'), toCurl(searched))
  button('.problem button').onclick = again
  button('.see-passages').onclick = () => element.classList.toggle('whole')

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
      else if (event === 'quotes') quote(data)
      else if (event === 'status') sayWhile(data)
      else if (event === 'token') write(data.text)
      else if (event === 'answer') finish(data)
      else if (event === 'error') fail(data)
    },
    stop() {
      settle()
      const how = text === '' ? 'Stopped before anything was written.' : 'Stopped: the answer is not complete.'
      part('.how').textContent = how
      show(part('.about'), true)
      announce(how)
    },
  }
}
