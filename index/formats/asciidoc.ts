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
  return loadHtml(String(html))
}
