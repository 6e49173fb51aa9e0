import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Response } from './response.ts'

let page: Response | undefined

/** The ask page with its headers; read from the file beside this module when it is first asked for. */
export function toPageResponse(): Response {
  page ??= readPage()
  return page
}

/** No Cross-Origin-Opener-Policy: over plain http, as on Minikube, browsers ignore it and put an error on the console. */
function readPage(): Response {
  const html = readFileSync(new URL('./page.html', import.meta.url), 'utf8')
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'accept',
      'content-security-policy': toPolicy(html),
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
    body: html,
  }
}

/** Nothing but the page's own script and style, by their hashes, and requests to where it came from; no text ever becomes HTML. */
function toPolicy(html: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function hashOf(html: string, element: 'script' | 'style'): string {
  const [, content = ''] = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(html) ?? []
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`
}
