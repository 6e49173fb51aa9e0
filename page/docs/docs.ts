/** The page at /docs: what is served here, made from /openapi.json, to read and to try. */
import { find, make, show } from '../dom.ts'
import { authorization, keepToken } from '../service.ts'
import type { Document } from './document.ts'
import { toOperation } from './operation.ts'
import { idOf, toFields, toType } from './schema.ts'
import { base } from './trial.ts'

const secret = find<HTMLInputElement>('#secret')

find('#token').onsubmit = (event) => {
  event.preventDefault()
  keepToken(secret.value.trim())
  secret.value = ''
  void load()
}
addEventListener('hashchange', follow)

async function load(): Promise<void> {
  const sent = authorization()
  const response = await fetch(new URL('openapi.json', base), { headers: sent }).catch(() => undefined)
  const refused = response?.status === 401
  show(find('#token'), refused)
  if (refused) secret.focus()
  const wrong = refused && 'authorization' in sent
  const problem = find('#problem')
  problem.textContent = wrong ? 'The token was not accepted.' : 'The service cannot be reached. Is it still there?'
  show(problem, wrong || (!refused && !response?.ok))
  if (!response?.ok) return
  showDocument(await response.json())
  follow()
}

function showDocument({ info, tags, paths, components }: Document): void {
  find('#lead').replaceChildren(
    `${info.title} ${info.version}. ${info.summary} `,
    make('a', { href: base.href, textContent: 'Ask it' }),
    ', or read ',
    make('a', { href: new URL('openapi.json', base).href, textContent: 'openapi.json' }),
    '.',
  )
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  const sections = tags.map(({ name, description }) =>
    make(
      'section',
      {},
      make('h2', { textContent: description }),
      ...operations
        .filter(({ operation }) => operation.tags.includes(name))
        .map(({ method, path, operation }) => toOperation(method, path, operation)),
    ),
  )
  const schemas = Object.entries(components.schemas).map(([name, schema]) =>
    make(
      'details',
      { id: idOf(name) },
      make('summary', {}, make('h3', { textContent: name })),
      toFields(schema) ?? make('p', {}, ...toType(schema)),
    ),
  )
  const last = make('section', {}, make('h2', { textContent: 'What goes over the wire' }), ...schemas)
  find('#operations').replaceChildren(...sections, last)
}

/** What a link names is opened. */
function follow(): void {
  const target = document.getElementById(location.hash.slice(1))
  if (!(target instanceof HTMLDetailsElement)) return
  target.open = true
  target.scrollIntoView()
}

void load()
