import type { Loaded } from '../document.ts'
import { loadHtml } from './html.ts'

/** AsciiDoc -> what Asciidoctor makes of it, without what it includes from other files. */
export async function loadAsciidoc(text: string): Promise<Loaded> {
  const { convert } = await import('@asciidoctor/core')
  const html = await convert(text, {
    safe: 'secure',
    standalone: true,
    attributes: { showtitle: true, 'toc!': '', 'source-highlighter!': '', 'last-update-label!': '', nofooter: true },
  })
  return loadHtml(toDollars(String(html)))
}

const code = '<(?<tag>pre|code)\\b[^]*?</\\k<tag>>'
const formula = String.raw`\\\$([^<]+?)\\\$|\\\(([^<]+?)\\\)|\\\[([^<]+?)\\\]`

/** Asciidoctor's marks of formulas, which are for a script of the page -> those that one types. */
function toDollars(html: string): string {
  return html.replace(new RegExp(`${code}|${formula}`, 'g'), (whole, tag, plain, within, alone) =>
    tag === undefined ? `$${String(plain ?? within ?? alone).trim()}$` : whole,
  )
}
