// Runs in a pod of the function's own image, given as text: speaks Ollama's protocol, so that no model has to be in the cluster.
import { createServer, type IncomingMessage } from 'node:http'

const words = 'Kubernetes is a system that runs containers and keeps them running [1].'.split(' ')

async function read(request: IncomingMessage): Promise<{ model?: string }> {
  let text = ''
  for await (const piece of request) text += piece
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

createServer(async (request, response) => {
  const { model = 'unnamed' } = await read(request)
  const send = (status: number, body: object): unknown =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (request.url === '/api/version') return send(200, { version: '0.32.14' })
  if (request.url === '/api/tags')
    return send(200, {
      models: ['one:1', 'two:1', 'three:1', 'slow:1', 'slow:2'].map((name) => ({ name, model: name })),
    })
  if (request.url === '/api/generate') return send(200, { model, response: '', done: true, done_reason: 'load' })
  if (request.url !== '/api/chat') return send(404, { error: 'not found' })
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  const everyMs = model.startsWith('slow') ? 120 : 5
  for (const [index, word] of words.entries()) {
    await new Promise((resolve) => setTimeout(resolve, everyMs))
    const content = index === 0 ? word : ` ${word}`
    response.write(`${JSON.stringify({ model, message: { role: 'assistant', content }, done: false })}\n`)
  }
  const done = { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }
  response.end(`${JSON.stringify({ model, ...done, prompt_eval_count: 1, eval_count: words.length })}\n`)
}).listen(11434)

process.on('SIGTERM', () => process.exit(0))
