import type { RootContent } from 'mdast'
import PostalMime from 'postal-mime'
import type { Loaded } from '../document.ts'
import { loadHtml } from './html.ts'
import { loadPlainText } from './plain-text.ts'

/** A mail -> its text, and below it who wrote it to whom and when; its title is the subject, which the text above all answers. What is attached is named in the report. */
export async function loadMail(bytes: Buffer): Promise<Loaded> {
  const { subject, from, to = [], cc = [], headers, text, html, attachments } = await PostalMime.parse(bytes)
  const people = (all: ReadonlyArray<{ readonly name?: string; readonly address?: string | undefined }>): string =>
    all
      .map(({ name, address }) => [name, address && name ? `(${address})` : address].filter(Boolean).join(' '))
      .join(', ')
  const heads = [
    ['From', people(from === undefined ? [] : [from])],
    ['To', people(to)],
    ['Cc', people(cc)],
    ['Date', toDate(headers.find(({ key }) => key === 'date')?.value ?? '')],
  ].flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]))
  const head: RootContent[] =
    heads.length === 0 ? [] : [{ type: 'paragraph', children: [{ type: 'text', value: heads.join('\n') }] }]
  const body = text?.trim() ? loadPlainText(withoutQuotes(text)) : loadHtml(html ?? '')
  const attached = attachments
    .filter(({ disposition }) => disposition !== 'inline')
    .map(({ filename }) => filename ?? 'without a name')
  return {
    title: subject?.trim() || undefined,
    root: { type: 'root', children: [...body.root.children, ...head] },
    ...(attached.length > 0 && { lost: [`${attached.length} attached: ${attached.join(', ')}`] }),
  }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** The day in figures, and the time and the zone as they were written, to the minute; what is written in another way stays. */
function toDate(written: string): string {
  const found = /^(?:\w+,)?\s*(\d{1,2})\s+(\w{3})\s+(\d{4})\s+(\d{2}:\d{2})(?::\d{2})?\s+([+-]\d{4}|[A-Z]+)\b/i.exec(
    written,
  )
  const [, day = '', month = '', year, time, zone] = found ?? []
  const index = months.findIndex((name) => name.toLowerCase() === month.toLowerCase())
  if (index < 0) return written.trim()
  return `${year}-${String(index + 1).padStart(2, '0')}-${day.padStart(2, '0')} ${time} ${zone}`
}

/** The answer stands above the mail it answers; a quoted mail is a mail of its own. */
function withoutQuotes(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\n(>[^\n]*(\n|$))+/g, '\n')
}
