// HTML out of texts that others wrote: what is put into a template is escaped, unless it is HTML already.

/** HTML that may be put into other HTML as it is. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Value = Html | string | number | readonly Value[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template of HTML: lists are joined, texts and numbers escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => (index === 0 ? part : toHtml(values[index - 1] ?? '') + part)).join(''))
}

function toHtml(value: Value): string {
  if (value instanceof Html) return value.text
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => entities[character] ?? character)
  return typeof value === 'number' ? value.toLocaleString('en') : value.map(toHtml).join('')
}
