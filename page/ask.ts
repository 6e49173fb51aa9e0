/** The ask page: the box for a question, and what stands around it. The questions and their answers are in thread.ts. */
import type { Description } from '../function/contract/replies.ts'
import { count, find, make, show } from './dom.ts'
import { fetchDescription, keepToken } from './service.ts'
import { createThread } from './thread.ts'

const question = find<HTMLTextAreaElement>('#question')
const askButton = find<HTMLButtonElement>('#ask')
const secret = find<HTMLInputElement>('#secret')
const name = document.title
let model = 'the model'
let running = false

const thread = createThread({
  model: () => model,
  onTurn(asked) {
    document.body.classList.toggle('asked', asked !== undefined)
    document.title = asked === undefined ? name : `${asked} · ${name}`
    question.placeholder = asked === undefined ? 'Your question' : 'A further question'
    show(find('#token'), false)
    write('')
    if (asked === undefined) question.focus()
  },
  onRun(isRunning) {
    running = isRunning
    askButton.textContent = running ? 'Stop' : 'Ask'
    askButton.classList.toggle('stops', running)
  },
  onTokenWanted: askForToken,
})

function ask(text: string): void {
  const asked = text.trim()
  if (asked === '') question.focus()
  else thread.ask(asked)
}

function write(text: string): void {
  question.value = text
  grow()
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
  if (thread.last() === undefined) question.focus()
  else thread.again()
  void describe()
}

// Keys, clicks and links

askButton.onclick = () => (running ? thread.stop() : ask(question.value))
question.oninput = grow
find('#box').onsubmit = (event) => event.preventDefault()

question.onkeydown = (event) => {
  // As in a shell, to ask it otherwise.
  if (event.key === 'ArrowUp' && question.value === '') write(thread.last() ?? '')
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  if (matchMedia('(pointer: coarse)').matches) question.blur()
  ask(question.value)
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') thread.stop()
  const writing = event.target instanceof Element && event.target.matches('textarea, input')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return
  event.preventDefault()
  question.select()
})

for (const link of document.querySelectorAll<HTMLAnchorElement>('.home')) {
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey) return
    event.preventDefault()
    if (location.hash !== '') history.pushState(0, '', location.pathname)
    thread.follow()
  }
}
addEventListener('popstate', thread.follow)

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
thread.follow()
