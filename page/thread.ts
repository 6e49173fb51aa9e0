/** The questions of this tab and their answers, one below the other. They are kept until the tab is closed: Back, Forward and a reload ask nothing again. */
import type { Turn as Said } from '../function/contract/questions.ts'
import type { Answer } from '../function/contract/replies.ts'
import { find } from './dom.ts'
import { askService } from './service.ts'
import { createTurn, type Turn } from './turn.ts'

export interface Thread {
  /** Asks one more question. */
  readonly ask: (question: string) => void
  /** Asks the last question once more. */
  readonly again: () => void
  readonly stop: () => void
  /** Shows what the address names: the questions up to one, or none. */
  readonly follow: () => void
  /** The last question on the page. */
  readonly last: () => string | undefined
}

/** What the rest of the page is told. */
export interface Listener {
  readonly onTurn: (question: string | undefined) => void
  readonly onRun: (running: boolean) => void
  readonly onTokenWanted: () => void
  /** The model that writes, as its readers know it. */
  readonly model: () => string
}

interface Exchange {
  readonly question: string
  readonly answer?: Answer
}

const mostSent = 4
const mostCharacters = 1_500

export function createThread({ onTurn, onRun, onTokenWanted, model }: Listener): Thread {
  let kept = load()
  const shown: Turn[] = []
  let running: AbortController | undefined

  const stop = (): void => {
    if (running === undefined) return
    running.abort()
    run(undefined)
    shown.at(-1)?.stop()
  }
  const run = (controller: AbortController | undefined): void => {
    running = controller
    onRun(controller !== undefined)
  }
  /** Takes away what stands at a place and after it. */
  const cut = (at: number): void => {
    for (const turn of shown.splice(at)) turn.element.remove()
  }
  const add = (question: string): Turn => {
    const at = shown.length
    const turn = createTurn(question, { model, again: () => ask(question, at) })
    shown.push(turn)
    find('#turns').append(turn.element)
    onTurn(question)
    return turn
  }

  const ask = (question: string, at = shown.length): void => {
    stop()
    cut(at)
    kept = [...kept.slice(0, at), { question }]
    if (history.state !== at + 1 || linked() !== question) {
      history.pushState(at + 1, '', `#q=${encodeURIComponent(question)}`)
    }
    const turn = add(question)
    if (at > 0) turn.element.scrollIntoView()
    void converse(turn, at)
  }

  const converse = async (turn: Turn, at: number): Promise<void> => {
    const controller = new AbortController()
    run(controller)
    turn.wait()
    for await (const reply of askService(turn.question, toHistory(kept.slice(0, at)), controller.signal)) {
      const [event, data] = reply
      if (event === 'answer' || event === 'error') run(undefined)
      if (event === 'answer') {
        kept = kept.with(at, { question: turn.question, answer: data })
        save(kept)
      }
      turn.take(reply)
      if (event === 'error' && data.token !== undefined) onTokenWanted()
    }
  }

  return {
    ask,
    again: () => ask(shown.at(-1)?.question ?? '', shown.length - 1),
    stop,
    last: () => shown.at(-1)?.question,
    follow() {
      stop()
      cut(0)
      const asked = linked()
      const at = Number(history.state) - 1
      if (asked === '') onTurn(undefined)
      else if (kept[at]?.question !== asked) {
        history.replaceState(1, '')
        ask(asked, 0)
      } else {
        for (const { question, answer } of kept.slice(0, at + 1)) {
          const turn = add(question)
          if (answer !== undefined) turn.take(['answer', answer])
          else if (shown.length > at) void converse(turn, at)
        }
        if (at > 0) shown.at(-1)?.element.scrollIntoView()
      }
    },
  }
}

/** What was said before, as it is sent along: the latest of it, and no more than a body may hold. */
function toHistory(before: readonly Exchange[]): Said[] {
  return before.slice(-mostSent).flatMap(({ question, answer }): Said[] => [
    { role: 'user', content: question },
    { role: 'assistant', content: answer?.answer.slice(0, mostCharacters) ?? '' },
  ])
}

/** The question in the address, or ''. */
function linked(): string {
  return new URLSearchParams(location.hash.slice(1)).get('q')?.trim() ?? ''
}

function load(): Exchange[] {
  try {
    return JSON.parse(sessionStorage.getItem('thread') ?? '[]')
  } catch {
    return []
  }
}

/** Where the tab keeps nothing, a reload asks again. */
function save(kept: readonly Exchange[]): void {
  try {
    sessionStorage.setItem('thread', JSON.stringify(kept))
  } catch {}
}
