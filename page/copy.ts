/** What the page puts on the clipboard. */
import type { Source } from '../function/contract.ts'
import { announce, make } from './dom.ts'
import { whereOf } from './passages.ts'
import { hasToken } from './service.ts'

/** Copies, and says on the button for a moment whether it could. */
export async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const label = button.textContent
  const done = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  )
  button.textContent = done || copySelected(text) ? 'Copied' : 'Not allowed here'
  announce(button.textContent)
  setTimeout(() => {
    button.textContent = label
  }, 1500)
}

/** Without https there is no clipboard but that of a selection. */
function copySelected(text: string): boolean {
  const area = make('textarea', { value: text, className: 'unseen' })
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}

/** An answer and what it cites. */
export function toText(answer: string, sources: readonly Source[]): string {
  const cited = sources.filter((source) => source.cited).map((source) => `[${source.number}] ${whereOf(source)}`)
  return [answer, cited.join('\n')].filter(Boolean).join('\n\n')
}

/** A question as the command that asks it again. */
export function toCurl(question: string): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
  const lines = [
    `curl ${quote(new URL('query', location.href).href)}`,
    "-H 'content-type: application/json'",
    ...(hasToken() ? ['-H "authorization: Bearer $API_TOKEN"'] : []),
    `-d ${quote(JSON.stringify({ question }))}`,
  ]
  return lines.join(' \\\n  ')
}
