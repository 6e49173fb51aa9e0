/** What the page puts on the clipboard. */
import type { Source } from '../function/contract/replies.ts'
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

/**
 * A question as the command that asks it again, for bash, cmd and PowerShell alike: they agree on what stands in double quotes
 * where it is letters and percent signs alone. On Windows `curl` alone is another program in one of its two PowerShells.
 */
export function toCurl(question: string): string {
  const encode = (character: string): string => `%${character.charCodeAt(0).toString(16)}`
  const q = encodeURIComponent(question).replace(/[!'()*]/g, encode)
  const curl = navigator.userAgent.includes('Windows') ? 'curl.exe' : 'curl'
  const token = hasToken() ? ' -H "authorization: Bearer YOUR_TOKEN"' : ''
  return `${curl} "${new URL('query', location.href)}?q=${q}"${token}`
}
