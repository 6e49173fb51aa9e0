/** Text -> nodes. markdown-it reads the CommonMark; what it finds becomes elements and text nodes here. HTML stays text. */
import * as helpers from 'markdown-it/lib/helpers/index.mjs'
import ParserBlock from 'markdown-it/lib/parser_block.mjs'
import ParserInline from 'markdown-it/lib/parser_inline.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import { make } from '../dom.ts'

/** A citation's number -> its link, or undefined where there is no such passage. */
export type Cite = (number: number) => HTMLElement | undefined

type Parse = (text: string) => readonly Token[]

/** Of markdown-it only its two parsers are taken. What would make HTML of their tokens is left out of the page. */
function createParse(block: ParserBlock, inline: ParserInline): Parse {
  const asItIs = (url: string): string => url
  const links = { validateLink: () => true, normalizeLink: asItIs, normalizeLinkText: asItIs }
  const options = { html: false, linkify: false, maxNesting: 100 }
  const parser = { options, helpers, block, inline, ...links } as unknown as Parameters<ParserBlock['parse']>[1]
  return (text) => {
    const tokens: Token[] = []
    block.parse(flatten(text.replaceAll('\r', '')), parser, {}, tokens)
    for (const { type, content, children } of tokens) {
      if (type === 'inline') inline.parse(content, parser, {}, children ?? [])
    }
    return tokens
  }
}

/** Past its greatest depth markdown-it drops what it reads. Nobody means twenty marks at the head of a line. */
function flatten(text: string): string {
  return text.replace(/^((?:[ \t]*[>*+-]){20})[ \t>*+-]+/gm, '$1 ')
}

const parseMarkdown = createParse(new ParserBlock(), new ParserInline())
const parsePassage = createParseOfBlocks()

/** Blocks and code alone: a document's own asterisks and underscores are no marks. */
function createParseOfBlocks(): Parse {
  const block = new ParserBlock()
  const inline = new ParserInline()
  block.ruler.enableOnly(['table', 'fence', 'list', 'paragraph'])
  inline.ruler.enableOnly(['text', 'newline', 'backticks'])
  inline.ruler2.enableOnly(['fragments_join'])
  return createParse(block, inline)
}

/** A model's Markdown -> nodes; `open` where more of it is still to come. */
export function toProse(text: string, cite: Cite, open = false): Node[] {
  const address = /\[(\d{1,3})\]|(https:\/\/[^\s<>"'`)\]]*[^\s<>"'`)\].,;:!?])/g
  return toNodes(parseMarkdown(open ? close(text) : text), address, cite)
}

/** A passage, or words quoted from one, -> nodes. */
export function toPassage(text: string, cite?: Cite): Node[] {
  return toNodes(parsePassage(text), /\[(\d{1,3})\]/g, cite)
}

/** What has begun in the last line of a text that is still being written ends at its end. */
function close(text: string): string {
  if ((text.match(/^\s*(```|~~~)/gm)?.length ?? 0) % 2 === 1) return text
  let whole = text
  for (const mark of ['`', '**']) {
    if (whole.slice(whole.lastIndexOf('\n') + 1).split(mark).length % 2 === 1) continue
    whole = whole.endsWith(mark) ? whole.slice(0, -mark.length) : whole + mark
  }
  return whole
}

const directed = new Set(['p', 'h3', 'blockquote', 'ul', 'ol', 'li', 'th', 'td'])

/** `special` finds in plain text what becomes a link: a citation's number, or a bare address. */
function toNodes(tokens: readonly Token[], special: RegExp, cite: Cite | undefined): Node[] {
  const top = make('div')
  /** The elements that are open. One stands here twice where a token has no element of its own. */
  const open: HTMLElement[] = [top]
  for (const token of tokens) {
    const parent = open.at(-1) ?? top
    const { type, tag, content, children } = token
    if (token.nesting === 1) open.push(begin(token, parent))
    else if (token.nesting === -1) end(open.pop())
    else if (type === 'inline') parent.append(...toNodes(children ?? [], special, cite))
    else if (type === 'text') parent.append(...(parent.closest('a') ? [content] : toText(content, special, cite)))
    else if (type === 'image') parent.append(toLink(token.attrGet('src'), content) ?? content)
    else if (type === 'code_inline') parent.append(make('code', { textContent: content }))
    else if (type === 'fence' || type === 'code_block') {
      const code = make('code', { textContent: content.replace(/\n$/, '') })
      parent.append(make('pre', cite === undefined ? {} : { tabIndex: 0 }, code))
    } else parent.append(tag === '' ? content : document.createElement(tag))
  }
  return [...top.childNodes]
}

/** The element of a token, or the one around it: for the only paragraph of a list's item, and a link that leads elsewhere than to https:. */
function begin(token: Token, parent: HTMLElement): HTMLElement {
  if (token.hidden) return parent
  const name = token.tag.replace(/^h\d$/, 'h3')
  const element = name === 'a' ? toLink(token.attrGet('href')) : document.createElement(name)
  if (element === undefined) return parent
  if (directed.has(name)) element.dir = 'auto'
  if (element instanceof HTMLOListElement) element.start = Number(token.attrGet('start') ?? 1)
  // A wide table moves by itself, with the keyboard too.
  parent.append(name === 'table' ? make('div', { className: 'wide', tabIndex: 0 }, element) : element)
  return element
}

function end(element: HTMLElement | undefined): void {
  if (element instanceof HTMLAnchorElement && element.textContent === '') element.append(element.host)
}

/** A link that opens beside the page, or undefined where it leads elsewhere than to https:, or whatever else is allowed. */
export function toLink(target: string | null, label = '', allowed = /^https:$/): HTMLAnchorElement | undefined {
  const url = URL.parse(target ?? '')
  if (url === null || !allowed.test(url.protocol)) return undefined
  const { href } = url
  return make('a', { href, title: href, target: '_blank', rel: 'noopener noreferrer nofollow', textContent: label })
}

function toText(text: string, special: RegExp, cite: Cite | undefined): (Node | string)[] {
  const nodes: (Node | string)[] = []
  let done = 0
  for (const found of text.matchAll(special)) {
    const [whole, number, address] = found
    const node = number === undefined ? toLink(address ?? '', address) : cite?.(Number(number))
    if (node === undefined) continue
    const before = withoutEscapes(text.slice(done, found.index))
    nodes.push(number === undefined ? before : before.replace(/ $/, ''), node)
    done = found.index + whole.length
  }
  return [...nodes, cite === undefined ? text.slice(done) : withoutEscapes(text.slice(done))].filter(
    (node) => node !== '',
  )
}

/** A document's own number in square brackets, which is no citation, as the quoted answer writes it: [2\]. */
function withoutEscapes(text: string): string {
  return text.replace(/(\[\d[\d\s,;–—-]*)\\\]/g, '$1]')
}
