// The pages, the ask page and /docs: ready files beside the bundle, made from page/ in a checkout.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Response } from './response.ts'

interface Page {
  readonly html: string
  readonly compressed: Buffer
  readonly headers: Readonly<Record<string, string>>
}

export type PageName = 'page' | 'docs'

const pages = new Map<PageName, Promise<Page>>()

/** A page with its headers, compressed where the client takes that. It is read, or made, when it is first asked for. */
export async function toPageResponse(name: PageName, acceptEncoding: string | undefined): Promise<Response> {
  const prepared = pages.get(name) ?? preparePage(name)
  pages.set(name, prepared)
  const { html, compressed, headers } = await prepared.catch((error: unknown) => {
    pages.delete(name)
    throw error
  })
  if (!takesGzip(acceptEncoding)) return { status: 200, headers, body: html }
  return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: compressed }
}

function takesGzip(acceptEncoding = ''): boolean {
  return acceptEncoding.split(',').some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding))
}

async function preparePage(name: PageName): Promise<Page> {
  const html = await loadPage(name)
  return { html, compressed: await promisify(gzip)(html, { level: 9 }), headers: toHeaders(html) }
}

/** What a checkout has of build/; it is not in the bundle, which needs none of it. */
interface Builder {
  readonly buildPage: (name: PageName) => Promise<string>
}

/** Throws where there is neither a ready page nor what makes one. */
async function loadPage(name: PageName): Promise<string> {
  const at = (path: string): URL => new URL(path, import.meta.url)
  const ready = await readFile(at(`./${name}.html`), 'utf8').catch(() => undefined)
  if (ready !== undefined) return ready
  try {
    const builder: Builder = await import(at('../../build/page.ts').href)
    return await builder.buildPage(name)
  } catch (cause) {
    // Installed without its development packages, a checkout has what npm run build had made before.
    return await readFile(at(`../../dist/${name}.html`), 'utf8').catch(() => {
      throw new Error('This page cannot be made. Install what makes it (npm ci), or run npm run build.', { cause })
    })
  }
}

/** No Cross-Origin-Opener-Policy: over plain http, as on Minikube, browsers ignore it and put an error on the console. */
function toHeaders(html: string): Page['headers'] {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    vary: 'accept, accept-encoding',
    'content-security-policy': toPolicy(html),
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
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
