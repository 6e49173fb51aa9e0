// What Ollama, or whatever stands before it, did -> an OllamaError whose kind says whose fault it is and whose message says what mends it.
import { z } from 'zod'
import { CallerGoneError, OllamaError } from '../errors.ts'
import { NoReply, Refusal } from './connection.ts'

/** What was asked of which model. */
export interface Asked {
  readonly model: string
  readonly to: 'chat' | 'embed' | 'show' | 'tags'
}

/** Whatever a call to Ollama threw -> an error whose class, kind and message say whose fault it is and what mends it. */
export function toOllamaError(error: unknown, asked: Asked): Error {
  if (error instanceof OllamaError || error instanceof CallerGoneError) return error
  if (error instanceof Refusal) return toRefused(error, asked)
  if (error instanceof NoReply) return toUnreachable(error)
  const said = error instanceof Error ? error.message : String(error)
  if (/did not receive done|aborted|terminated|ECONNRESET|premature/i.test(said)) {
    const detail =
      'The connection to Ollama ended before the answer did. Ask again; a proxy between may have a time limit of its own.'
    return new OllamaError('failed', detail, { cause: error })
  }
  if (/an error was encountered while running the model|runner|exit status|signal: killed/i.test(said)) {
    const detail = `The process that runs ${asked.model} died while it wrote. Ollama's own log says why; too little memory is the usual reason.`
    return new OllamaError('failed', detail, { cause: error })
  }
  return new OllamaError('nonsense', 'Ollama failed: its reply cannot be read. Its own log may say why.', {
    cause: error,
  })
}

/** What an answer that never began is told to be; `tokens` is what the model was allowed. */
export function nothingWritten(
  model: string,
  how: { readonly thought: boolean; readonly cut: boolean; readonly tool: boolean; readonly tokens: number },
): OllamaError {
  const other = 'take a model that answers at once (OLLAMA_MODEL)'
  const detail = how.tool
    ? `The model ${model} asked for a tool and wrote nothing: ${other}.`
    : how.thought && how.cut
      ? `The model ${model} wrote nothing: it thought for all of its ${how.tokens} tokens. Raise NUM_CTX, or ${other}.`
      : how.thought
        ? `The model ${model} thought, and then wrote nothing. Ask again, or ${other}.`
        : `The model ${model} wrote nothing. Ask again, or take another one (OLLAMA_MODEL).`
  return new OllamaError('nothing-written', detail)
}

/** By status, then by what was said; a rule that returns undefined leaves it to the next. */
function toRefused(refusal: Refusal, { model, to }: Asked): OllamaError {
  const { status, said, page, location, authorized } = refusal
  const make = (kind: OllamaError['kind'], detail: string, tokens?: OllamaError['tokens']): OllamaError =>
    new OllamaError(kind, detail, { cause: refusal, tokens })
  const byProxy = said === undefined

  if (status === 407)
    return make(
      'unauthorized',
      'The proxy on the way to Ollama asks for credentials (407): write them into HTTP_PROXY.',
    )
  if (status === 401 || status === 403) {
    const what = authorized ? 'refuses the credentials it is sent' : 'asks for credentials'
    const mend = authorized ? 'Correct' : 'Set'
    return make(
      'unauthorized',
      `Ollama, or a proxy before it, ${what} (${status}). ${mend} OLLAMA_API_KEY, or user and password in OLLAMA_HOST.`,
    )
  }
  if (status >= 300 && status < 400) {
    const secure = location?.startsWith('https:') ? ', with https://' : ''
    return make(
      'not-ollama',
      `What answers at OLLAMA_HOST sends elsewhere (${status}). Set OLLAMA_HOST to where that leads${secure}.`,
    )
  }
  if (/https? (request|server)|https port/i.test(refusal.message) && status === 400)
    return make(
      'not-ollama',
      'What answers at OLLAMA_HOST speaks HTTPS. Write OLLAMA_HOST with https:// before the host.',
    )
  if (status === 413)
    return make(
      'failed',
      'A proxy before Ollama takes no request of this size (413). Raise its limit, or lower NUM_CTX.',
    )
  if (status === 429)
    return make('busy', 'Ollama, or a proxy before it, allows no more requests for now (429). Ask again later.')
  if (byProxy && (status === 502 || status === 503))
    return make(
      'unreachable',
      `A proxy before Ollama could not reach it (${status}). Start Ollama behind it (ollama serve).`,
    )
  if (byProxy && (status === 504 || status === 524 || status === 408))
    return make(
      'unreachable',
      `A proxy before Ollama gave up waiting for it (${status}). Raise the proxy's own time limit above FIRST_TOKEN_TIMEOUT_MS.`,
    )
  if (byProxy && status >= 500) return make('failed', `A proxy before Ollama failed (${status}). Its own log says why.`)
  if (byProxy && (status === 404 || status === 405))
    return make(
      'not-ollama',
      `What answers at OLLAMA_HOST has no /api/${to} (${status}). Set it to Ollama's own address, without /api or /v1.`,
    )
  if (byProxy)
    return make(
      'not-ollama',
      `What answers at OLLAMA_HOST is not Ollama${page ? ' but a web page' : ` (${status})`}. Set it to Ollama's own address.`,
    )

  if (status === 404 && /model .*not found/i.test(said))
    return make('model-missing', `Ollama has no model ${model}. Pull it: ollama pull ${model}`)
  const exceeded = toExceeded(said)
  if (exceeded !== undefined)
    return make(
      'input-too-long',
      `The prompt has ${exceeded.prompt} tokens, and the context of ${model} ${exceeded.context}. Raise NUM_CTX, or ask for fewer passages (topK).`,
      exceeded,
    )
  if (status === 400 && /(input|context) length|too long|exceeds? the (available )?context/i.test(said))
    return make('input-too-long', `The input is longer than the context of ${model}.`)
  if (status === 501 || (status === 400 && /does not support/i.test(said)))
    return make(
      'model-unfit',
      to === 'embed'
        ? `The model ${model} cannot embed. Set EMBEDDING_MODEL to one that can, such as all-minilm.`
        : `The model ${model} does not support chat. Set OLLAMA_MODEL to one that does, such as gemma3:1b.`,
    )
  if (status === 503) return make('busy', 'Ollama is busy: its queue is full. Ask again in a moment.')
  if (/more system memory|not enough memory|out of memory|insufficient memory|unable to allocate/i.test(said))
    return make(
      'failed',
      `There is too little memory for ${model} where Ollama runs. Take a smaller model, or lower NUM_CTX.`,
    )
  if (status < 500) return make('model-unfit', `Ollama refuses it for ${model} (${status}): ${toOneLine(said)}`)
  return make('failed', 'Ollama failed while it answered. Its own log says why.')
}

/** Where nothing answered; where that was is for the log: callers need not know the addresses of a cluster. */
function toUnreachable(error: NoReply): OllamaError {
  const { code = '', message = '' } = error.cause instanceof Error ? (error.cause as NodeJS.ErrnoException) : {}
  const details: ReadonlyArray<readonly [RegExp, OllamaError['kind'], string]> = [
    [
      /ENOTFOUND|EAI_AGAIN/,
      'unreachable',
      'Ollama cannot be found: no address is known for the host in OLLAMA_HOST. Set it to where Ollama runs.',
    ],
    [/CERT_HAS_EXPIRED/, 'unreachable', "Ollama's certificate has expired. Renew it."],
    [
      /ALTNAME/,
      'unreachable',
      "Ollama's certificate is for another name than the one in OLLAMA_HOST. Write the name that it is for.",
    ],
    [
      /CERT|UNABLE_TO_(GET|VERIFY)/,
      'unreachable',
      "Ollama's certificate is not trusted here. Set NODE_EXTRA_CA_CERTS to the PEM file of the authority that signed it, and start again.",
    ],
    [
      /EPROTO|ERR_SSL/,
      'not-ollama',
      'What answers at OLLAMA_HOST does not speak HTTPS. Write OLLAMA_HOST with http:// before the host.',
    ],
    [/HPE_/, 'not-ollama', 'What answers at OLLAMA_HOST does not speak HTTP. Set it to where Ollama runs.'],
    [/PROXY/, 'unreachable', 'The proxy in HTTP_PROXY does not lead to Ollama. Add its host to NO_PROXY.'],
    [
      /ECONNRESET|EPIPE/,
      'unreachable',
      'Ollama hung up before it answered: it may have been restarted. Ask again; its own log says why.',
    ],
  ]
  const known = details.find(([pattern]) => pattern.test(code) || pattern.test(message))
  const [, kind, detail] = known ?? [
    undefined,
    'unreachable' as const,
    'Ollama does not answer. Start it (ollama serve), or set OLLAMA_HOST to where it runs.',
  ]
  return new OllamaError(kind, detail, { cause: error })
}

const exceededSchema = z.object({ error: z.object({ n_prompt_tokens: z.number(), n_ctx: z.number() }) })

/** The runner's own error, which is JSON inside a string. */
function toExceeded(said: string): { readonly prompt: number; readonly context: number } | undefined {
  try {
    const { error } = exceededSchema.parse(JSON.parse(said))
    return { prompt: error.n_prompt_tokens, context: error.n_ctx }
  } catch {
    return undefined
  }
}

function toOneLine(said: string): string {
  return said.replace(/\s+/g, ' ').slice(0, 200)
}
