// What Ollama, or whatever stands before it, did -> an OllamaError whose kind says whose fault it is and whose message says what mends it.
import { z } from 'zod'
import { CallerGoneError, OllamaError, type OllamaErrorKind } from '../errors.ts'
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
  if (tooLittleMemory.test(said)) return new OllamaError('failed', tooLittle(asked), { cause: error })
  // As LM Studio says it, with 200.
  if (/unexpected endpoint/i.test(said)) {
    const detail = `What answers at OLLAMA_HOST has no /api/${asked.to}. Set it to Ollama's own address.`
    return new OllamaError('not-ollama', detail, { cause: error })
  }
  if (/an error was encountered while running the model|runner|exit status|signal: killed/i.test(said)) {
    const detail = `The process that runs ${asked.model} died while it wrote. Ollama's own log says why; too little memory is the usual reason.`
    return new OllamaError('failed', detail, { cause: error })
  }
  return new OllamaError('nonsense', 'Ollama failed: its reply cannot be read. Its own log may say why.', {
    cause: error,
  })
}

/** What an answer that never began is told to be: `what` is all that there was, `cut` says that it was for all of its `tokens`. */
export function nothingWritten(
  model: string,
  {
    what,
    cut,
    tokens,
  }: { readonly what: 'thoughts' | 'citations' | 'tool' | 'nothing'; readonly cut: boolean; readonly tokens: number },
): OllamaError {
  const other = 'take a model that answers at once (OLLAMA_MODEL)'
  const details = {
    tool: `The model ${model} asked for a tool and wrote nothing: ${other}.`,
    thoughts: cut
      ? `The model ${model} wrote nothing: it thought for all of its ${tokens} tokens. Raise NUM_CTX, or ${other}.`
      : `The model ${model} thought, and then wrote nothing. Ask again, or ${other}.`,
    citations: `The model ${model} wrote numbers of passages and nothing that they say. Ask again, or take another one (OLLAMA_MODEL).`,
    nothing: `The model ${model} wrote nothing. Ask again, or take another one (OLLAMA_MODEL).`,
  }
  return new OllamaError('nothing-written', details[what])
}

/** What a refusal is judged by: its status, and what Ollama says in it, which a proxy's own reply has not. */
interface Judged {
  readonly refusal: Refusal
  readonly status: number
  readonly said: string | undefined
  readonly asked: Asked
}

interface Rule {
  readonly when: (judged: Judged) => boolean
  readonly kind: OllamaErrorKind
  readonly detail: (judged: Judged) => string
}

const tooLong = /(input|context) length|too long|exceeds? the (available )?context/i
const tooLittleMemory = /more system memory|not enough memory|out of memory|insufficient memory|unable to allocate/i
const tooLittle = ({ model }: Asked): string =>
  `There is too little memory for ${model} where Ollama runs. Take a smaller model, or lower NUM_CTX.`
/** What is wanted is a plan that costs more, and no key mends that. */
const wantsMore = /subscription|upgrade|plan\b|quota|billing/i

/** 52x and 530 are Cloudflare's. */
const couldNotReach = [502, 503, 521, 522, 523, 530]

/** The first that fits; above those of a proxy stand what anybody on the way may say, below them what Ollama alone does. */
const rules: readonly Rule[] = [
  {
    when: ({ status }) => status === 407,
    kind: 'unauthorized',
    detail: () => 'The proxy on the way to Ollama asks for credentials (407): write them into HTTP_PROXY.',
  },
  {
    when: ({ status, said = '' }) => status === 401 || (status === 403 && !wantsMore.test(said)),
    kind: 'unauthorized',
    detail: ({ status, refusal }) =>
      `Ollama, or a proxy before it, ${refusal.authorized ? 'refuses the credentials it is sent' : 'asks for credentials'} (${status}). ` +
      `${refusal.authorized ? 'Correct' : 'Set'} OLLAMA_API_KEY, or user and password in OLLAMA_HOST.`,
  },
  {
    when: ({ status }) => status >= 300 && status < 400,
    kind: 'not-ollama',
    detail: ({ status, refusal }) =>
      `What answers at OLLAMA_HOST sends elsewhere (${status}). Set OLLAMA_HOST to where that leads${refusal.location?.startsWith('https:') ? ', with https://' : ''}.`,
  },
  {
    when: ({ status, refusal }) => status === 400 && /https? (request|server)|https port/i.test(refusal.message),
    kind: 'not-ollama',
    detail: () => 'What answers at OLLAMA_HOST speaks HTTPS. Write OLLAMA_HOST with https:// before the host.',
  },
  {
    when: ({ status }) => status === 413,
    kind: 'failed',
    detail: () => 'A proxy before Ollama takes no request of this size (413). Raise its limit, or lower NUM_CTX.',
  },
  {
    when: ({ status }) => status === 429,
    kind: 'busy',
    detail: () => 'Ollama, or a proxy before it, allows no more requests for now (429). Ask again later.',
  },

  {
    when: ({ status, said }) => said === undefined && couldNotReach.includes(status),
    kind: 'unreachable',
    detail: ({ status }) =>
      `A proxy before Ollama could not reach it (${status}). Start Ollama behind it (ollama serve).`,
  },
  {
    when: ({ status, said }) => said === undefined && (status === 504 || status === 524 || status === 408),
    kind: 'unreachable',
    detail: ({ status }) =>
      `A proxy before Ollama gave up waiting for it (${status}). Raise the proxy's own time limit above FIRST_TOKEN_TIMEOUT_MS.`,
  },
  {
    when: ({ status, said }) => said === undefined && status >= 500,
    kind: 'failed',
    detail: ({ status }) => `A proxy before Ollama failed (${status}). Its own log says why.`,
  },
  {
    when: ({ status, said }) => said === undefined && (status === 404 || status === 405),
    kind: 'not-ollama',
    detail: ({ status, asked }) =>
      `What answers at OLLAMA_HOST has no /api/${asked.to} (${status}). Set it to Ollama's own address, without /api or /v1.`,
  },
  {
    when: ({ said }) => said === undefined,
    kind: 'not-ollama',
    detail: ({ status, refusal }) =>
      `What answers at OLLAMA_HOST is not Ollama${refusal.page ? ' but a web page' : ` (${status})`}. Set it to Ollama's own address.`,
  },

  {
    when: ({ status, said = '' }) => status === 404 && /model .*not found/i.test(said),
    kind: 'model-missing',
    detail: ({ asked }) => `Ollama has no model ${asked.model}. Pull it: ollama pull ${asked.model}`,
  },
  {
    when: ({ said = '' }) => toExceeded(said) !== undefined,
    kind: 'input-too-long',
    detail: ({ said = '', asked }) => {
      const { prompt, context } = toExceeded(said) ?? { prompt: 0, context: 0 }
      return `The prompt has ${prompt} tokens, and the context of ${asked.model} ${context}. Raise NUM_CTX, or ask for fewer passages (topK).`
    },
  },
  {
    when: ({ status, said = '' }) => status === 400 && tooLong.test(said),
    kind: 'input-too-long',
    detail: ({ asked }) => `The input is longer than the context of ${asked.model}.`,
  },
  {
    when: ({ status, said = '' }) => status === 501 || (status === 400 && /does not support/i.test(said)),
    kind: 'model-unfit',
    detail: ({ asked: { model, to } }) =>
      to === 'embed'
        ? `The model ${model} cannot embed. Set EMBEDDING_MODEL to one that can, such as all-minilm.`
        : `The model ${model} does not support chat. Set OLLAMA_MODEL to one that does, such as gemma3:1b.`,
  },
  {
    when: ({ status }) => status === 503,
    kind: 'busy',
    detail: () => 'Ollama is busy: its queue is full. Ask again in a moment.',
  },
  {
    when: ({ said = '' }) => tooLittleMemory.test(said),
    kind: 'failed',
    detail: ({ asked }) => tooLittle(asked),
  },
  {
    when: ({ status }) => status < 500,
    kind: 'model-unfit',
    detail: ({ status, said = '', asked }) =>
      `Ollama refuses it for ${asked.model} (${status}): ${said.replace(/\s+/g, ' ').slice(0, 200)}`,
  },
]

function toRefused(refusal: Refusal, asked: Asked): OllamaError {
  const judged = { refusal, status: refusal.status, said: refusal.said, asked }
  const rule = rules.find(({ when }) => when(judged))
  const detail = rule?.detail(judged) ?? 'Ollama failed while it answered. Its own log says why.'
  return new OllamaError(rule?.kind ?? 'failed', detail, { cause: refusal, tokens: toExceeded(refusal.said ?? '') })
}

/** Where nothing answered; where that was is for the log: callers need not know the addresses of a cluster. */
function toUnreachable(error: NoReply): OllamaError {
  const { code = '', message = '' } = error.cause instanceof Error ? (error.cause as NodeJS.ErrnoException) : {}
  const details: ReadonlyArray<readonly [RegExp, OllamaErrorKind, string]> = [
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
