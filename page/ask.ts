/** The ask page: a question, its answer as it comes, and the passages it stands on. */
import type { Answer, Description } from '../function/contract.ts'
import { count, find, make, show } from './dom.ts'
import { askService, fetchDescription, keepToken } from './service.ts'
import { createTurn, type Turn } from './turn.ts'

const question = find<HTMLTextAreaElement>('#question')
const askButton = find<HTMLButtonElement>('#ask')
const secret = find<HTMLInputElement>('#secret')
const name = document.title
/** What was answered in this tab, by its question: going back asks nothing again. */
const answers = new Map<string, Answer>()
/** What is shown, and how to stop it while it runs. */
let turn: Turn | undefined
let running: AbortController | undefined
let model = 'the model'

function ask(text: string): void {
  const asked = text.trim()
  if (asked === '') {
    question.focus()
    return
  }
  stop()
  if (linked() !== asked) history.pushState(null, '', `#q=${encodeURIComponent(asked)}`)
  void converse(begin(asked))
}

/** Shows a question with nothing of its answer yet. */
function begin(text: string): Turn {
  turn = createTurn(text, { model: () => model, again: () => ask(text) })
  document.body.classList.add('asked')
  document.title = `${text} · ${name}`
  question.value = text
  grow()
  show(find('#token'), false)
  find('#turns').replaceChildren(turn.element)
  return turn
}

async function converse(asked: Turn): Promise<void> {
  const controller = new AbortController()
  setRunning(controller)
  asked.wait()
  for await (const reply of askService(asked.question, controller.signal)) {
    const [event, data] = reply
    if (event === 'answer' || event === 'error') setRunning(undefined)
    if (event === 'answer') answers.set(asked.question, data)
    asked.take(reply)
    if (event === 'error' && data.token !== undefined) askForToken()
  }
}

function setRunning(controller: AbortController | undefined): void {
  running = controller
  askButton.textContent = controller === undefined ? 'Ask' : 'Stop'
  askButton.classList.toggle('stops', controller !== undefined)
}

function stop(): void {
  if (running === undefined) return
  running.abort()
  setRunning(undefined)
  turn?.stop()
}

/** The box is as high as the question. */
function grow(): void {
  question.style.height = 'auto'
  question.style.height = `${question.scrollHeight}px`
}

function askForToken(): void {
  keepToken(undefined)
  show(find('#token'), true)
  secret.focus()
}

find('#token').onsubmit = (event) => {
  event.preventDefault()
  keepToken(secret.value.trim())
  secret.value = ''
  show(find('#token'), false)
  if (turn === undefined) question.focus()
  else ask(turn.question)
  void describe()
}

// Keys, clicks and links

askButton.onclick = () => (running === undefined ? ask(question.value) : stop())
question.oninput = grow
find('#box').onsubmit = (event) => event.preventDefault()

question.onkeydown = (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  if (matchMedia('(pointer: coarse)').matches) question.blur()
  ask(question.value)
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') stop()
  const writing = event.target instanceof Element && event.target.matches('textarea, input')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return
  event.preventDefault()
  question.select()
})

/** The question in the address, or ''. */
function linked(): string {
  return new URLSearchParams(location.hash.slice(1)).get('q')?.trim() ?? ''
}

function follow(): void {
  const asked = linked()
  const known = answers.get(asked)
  if (asked === '') home()
  else if (known === undefined) ask(asked)
  else {
    stop()
    begin(asked).take(['answer', known])
  }
}

function home(): void {
  stop()
  turn = undefined
  document.body.classList.remove('asked')
  document.title = name
  find('#turns').replaceChildren()
  show(find('#token'), false)
  question.value = ''
  grow()
  question.focus()
}

find('h1 a').onclick = (event) => {
  if (event.ctrlKey || event.metaKey) return
  event.preventDefault()
  if (linked() !== '') history.pushState(null, '', location.pathname)
  home()
}
addEventListener('popstate', follow)

// What runs here

async function describe(): Promise<void> {
  const description = await fetchDescription()
  if (description === 'token') askForToken()
  else if (description !== undefined) showDescription(description)
}

function showDescription({ index, generator, examples, degraded, ...description }: Description): void {
  model = description.model
  const documents = count(index.documents, 'document')
  find('#lead').textContent = `Answers from ${documents}, each with the passages it stands on.`
  const buttons = examples.map((text) => {
    const button = make('button', { type: 'button', textContent: text, dir: 'auto' })
    button.onclick = () => ask(text)
    return make('li', {}, button)
  })
  find('#examples ul').replaceChildren(...buttons)
  show(find('#examples'), examples.length > 0)
  const version = index.version.replace('sha256:', '').slice(0, 8)
  find('footer').replaceChildren(
    make('p', {}, 'Index ', make('code', { textContent: version, title: index.version })),
    make('p', { textContent: `${documents}, ${count(index.chunks, 'chunk')}` }),
    make('p', {
      textContent: index.embeddingModel ? `hybrid retrieval, ${index.embeddingModel}` : 'full-text retrieval',
    }),
    make('p', { textContent: generator === 'extractive' ? 'no model' : model }),
    make('p', { id: 'degraded', textContent: degraded.join(' '), hidden: degraded.length === 0 }),
  )
}

void describe()
if (linked() === '') question.focus()
else follow()
