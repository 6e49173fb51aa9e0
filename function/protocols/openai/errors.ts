// Errors as OpenAI's clients read them.
import { type Response, toErrorResponse, toProblem } from '../../http/response.ts'

/** An error as OpenAI's clients read it: `{ error: { message, type, param, code } }`. */
export function toOpenAiError(error: unknown): Response {
  const { status, headers } = toErrorResponse(error)
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: toErrorBody(error) }),
  }
}

/** The inside of such an error, which a stream sends too. */
export function toErrorBody(error: unknown): Readonly<Record<string, string | null>> {
  const { status, title, detail } = toProblem(error)
  return { message: detail, type: toType(status), param: null, code: title.toLowerCase().replaceAll(' ', '_') }
}

function toType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}
