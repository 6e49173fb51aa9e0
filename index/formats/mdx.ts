/** Markdown with JSX: what a component shows stays, in its props as well as between its tags; what it computes goes. */
import type { Nodes, PhrasingContent, Root, RootContent } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { z } from 'zod'
import type { Loaded } from '../document.ts'
import { toParagraph, toText } from '../text.ts'
import { isShownProp, parseHtml } from './html.ts'
import { never } from './html-left-out.ts'
import { loadMarkdown, loadWith } from './markdown.ts'
import { toLowered, toRaised } from './raised.ts'

const mdx = unified().use(remarkParse).use(remarkMdx).use(remarkGfm, { singleTilde: false })

/** Text of MDX -> its tree; what is not valid MDX is text where it can be, else the page is read as Markdown. */
export function loadMdx(text: string): Loaded {
  try {
    return loadWith(text, parse)
  } catch {
    return loadMarkdown(text)
  }
}

/** How often a page is mended and parsed again. */
const mostMends = 40

function parse(piece: string): Root {
  let source = piece
  for (let mends = 0; ; mends += 1) {
    try {
      const tree = mdx.parse(source)
      return { ...tree, children: tree.children.flatMap((node) => open(node) as RootContent[]) }
    } catch (error) {
      const next = mends < mostMends ? mend(source, error) : undefined
      if (next === undefined) throw error
      source = next
    }
  }
}

const offset = z.object({ offset: z.number() }).transform((point) => point.offset)
const errorSchema = z.object({
  reason: z.string(),
  place: z.union([z.object({ start: offset }).transform(({ start }) => start), offset]).optional(),
})

/** What the parser takes offence at becomes text: a comment or an end without a beginning goes, a tag or a brace that means none is escaped. */
function mend(source: string, error: unknown): string | undefined {
  const { reason = '', place } = errorSchema.safeParse(error).data ?? {}
  const [, name = '', line, column] = /^Expected a closing tag for `<([^`]*)>` \((\d+):(\d+)/.exec(reason) ?? []
  if (/^(br|hr|img|input|wbr|col)$/.test(name)) {
    const end = source.indexOf('>', offsetOf(source, Number(line), Number(column)))
    return end < 0 ? undefined : `${source.slice(0, end)}/${source.slice(end)}`
  }
  if (place === undefined || name !== '') return undefined
  if (reason.includes('import/exports')) {
    const at = source.lastIndexOf('\n\n', place - 1) + 2
    const from = source.lastIndexOf('\n\n', place - 1) < 0 ? 0 : at
    return `${source.slice(0, from)}&#${source.charCodeAt(from)};${source.slice(from + 1)}`
  }
  const at = source.lastIndexOf(/expression|brace/.test(reason) ? '{' : '<', place)
  if (at < 0 || source[at - 1] === '\\') return undefined
  const gone = /^(<!--[\s\S]*?-->|<\/[\w.]*\s*>)/.exec(source.slice(at))?.[0] ?? ''
  return gone === ''
    ? `${source.slice(0, at)}\\${source.slice(at)}`
    : source.slice(0, at) + source.slice(at + gone.length)
}

function offsetOf(source: string, line: number, column: number): number {
  const before = source.split('\n').slice(0, line - 1)
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1
}

const nodeSchema = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  value: z.unknown().optional(),
  attributes: z
    .array(z.looseObject({ name: z.string().optional(), value: z.unknown().optional(), data: z.unknown().optional() }))
    .optional(),
  data: z.looseObject({ estree: z.unknown().optional() }).optional(),
})

/** Whether what stands in an element is for a browser: of the tags, and of the components that frameworks make of three of them. */
function isUnshown(name: unknown): boolean {
  return typeof name === 'string' && (never.has(name) || /^(Head|Script|Style)$/.test(name))
}

const codeComponent = /^(CodeBlock|Code|CodeSnippet|Snippet|pre|CodeGroup)$/

/** A node -> the nodes that a reader sees of it. */
function open(node: Nodes): Nodes[] {
  const { type, name, attributes = [], data, value } = nodeSchema.parse(node)
  const children = 'children' in node ? (node.children as Nodes[]) : []
  if (isUnshown(name)) return []
  switch (type) {
    case 'mdxjsEsm':
      return proseOf(data?.estree, false).map(toParagraph)
    case 'mdxFlowExpression':
      return toProse(data?.estree, value).map(toParagraph)
    case 'mdxTextExpression':
      return toProse(data?.estree, value).map((text) => ({ type: 'text', value: text }))
    case 'mdxJsxFlowElement': {
      if (/^(table|ul|ol|dl|details)$/.test(name ?? '')) {
        const html = toHtml(node)
        if (html !== undefined) return parseHtml(html)
      }
      if (fieldComponent.test(name ?? '')) return [toParagraph(toField(attributes)), ...children.flatMap(open)]
      const shown = attributes.flatMap((attribute) => propTexts(attribute))
      if (codeComponent.test(name ?? '')) {
        const lang = attributes.find((attribute) => attribute.name === 'language' || attribute.name === 'lang')?.value
        const code = children.flatMap((child) => textsOf(child)).join('\n')
        return [
          ...shown.map((text) => toParagraph(`${text}:`)),
          { type: 'code', lang: typeof lang === 'string' ? lang : null, value: code.trim() },
        ]
      }
      const inner = children.flatMap(open)
      const label =
        shown.length === 1 && inner.length > 0 ? withColon(shown[0] ?? '') : shown.map(withoutEnd).join(': ')
      return [...(label === '' ? [] : [toParagraph(label)]), ...inner]
    }
    case 'mdxJsxTextElement': {
      const shown = attributes.flatMap((attribute) => propTexts(attribute))
      const inner = children.flatMap(open)
      if (codeComponent.test(name ?? '') || name === 'code')
        return [{ type: 'inlineCode', value: inner.map(toText).join('') }]
      const beside =
        shown.length === 0 ? [] : [toPhrase(inner.length > 0 ? ` (${shown.join(': ')})` : shown.join(': '))]
      if (name === 'br') return [{ type: 'break' }]
      if (name === 'sup') return [toPhrase(toRaised(inner.map(toText).join('')))]
      if (name === 'sub') return [toPhrase(toLowered(inner.map(toText).join(''), 'x', ''))]
      if (name === 'del' || name === 's') return [{ type: 'delete', children: inner as PhrasingContent[] }]
      return [...inner, ...beside]
    }
    default:
      return [children.length === 0 ? node : ({ ...node, children: children.flatMap(open) } as Nodes)]
  }
}

/** A component that says what a parameter or a field of a reply is. */
const fieldComponent = /(Field|Param|Parameter|Property|Argument)$/

type Attributes = z.infer<typeof nodeSchema>['attributes'] & object

/** `limit (number, default 20, required):` */
function toField(attributes: Attributes): string {
  const [first, ...others] = attributes.filter(
    ({ name, value }) => name !== undefined && (value == null || typeof value === 'string'),
  )
  const said = others.map(({ name, value }) => (value == null ? name : name === 'type' ? value : `${name} ${value}`))
  return `${first?.value ?? first?.name ?? ''}${said.length > 0 ? ` (${said.join(', ')})` : ''}:`
}

const marks: Readonly<Record<string, string>> = { emphasis: 'em', strong: 'strong', delete: 'del', paragraph: 'span' }

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Elements of HTML that hold nothing but such and text -> HTML; undefined where they hold other blocks. */
function toHtml(node: Nodes): string | undefined {
  const { type, name, attributes = [], data, value } = nodeSchema.parse(node)
  if (type === 'text' || type === 'inlineCode') {
    const text = escapeHtml(String(value))
    return type === 'text' ? text : `<code>${text}</code>`
  }
  if (type.endsWith('Expression')) return toProse(data?.estree, value).join(' ')
  if (node.type === 'link') return `<a href="${node.url}">${node.children.map(toHtml).join('')}</a>`
  const isElement = type.startsWith('mdxJsx') && /^[a-z]/.test(name ?? '')
  const tag = isElement ? name : marks[type]
  if (tag == null || !('children' in node)) return undefined
  const isCell = tag === 'td' || tag === 'th'
  const inner = (node.children as Nodes[]).map(
    (child) => toHtml(child) ?? (isCell ? `<p>${escapeHtml(open(child).map(toText).join(' '))}</p>` : undefined),
  )
  if (inner.includes(undefined)) return undefined
  const said = attributes.flatMap((attribute) => {
    const known = z
      .union([z.string(), z.looseObject({ value: z.string() }).transform((given) => given.value)])
      .safeParse(attribute.value)
    return /^(col|row)span$/i.test(attribute.name ?? '') && known.success ? [` ${attribute.name}="${known.data}"`] : []
  })
  return `<${tag}${said.join('')}>${inner.join('')}</${tag}>`
}

function textsOf(node: Nodes): string[] {
  const { type, data, value } = nodeSchema.parse(node)
  if (/Expression$/.test(type)) return toProse(data?.estree, value)
  if (node.type === 'code') return [node.value]
  return 'children' in node ? [(node.children as Nodes[]).flatMap(textsOf).join('')] : [toText(node)]
}

/** What a prop shows: its words, where its name or they say that they are for a reader. */
function propTexts({ name = '', value }: { readonly name?: string | undefined; readonly value?: unknown }): string[] {
  if (typeof value === 'string') return isShownProp(name, value) ? [value.trim()] : []
  const expression = z.looseObject({ data: z.looseObject({ estree: z.unknown() }) }).safeParse(value).data
  if (expression === undefined || /^(class(Name)?|style|sx|on[A-Z].*)$/.test(name)) return []
  return proseOf(expression.data.estree, isShownProp(name, 'x'))
}

const estreeSchema = z.looseObject({ type: z.string() })
const elementName = z
  .object({ openingElement: z.object({ name: z.object({ name: z.string() }) }) })
  .transform(({ openingElement }) => openingElement.name.name)

/** An expression's own text where it is a string or a template; else what it shows. */
function toProse(estree: unknown, source: unknown): string[] {
  const literal = /^\s*(['"`])([\s\S]*)\1\s*$/.exec(String(source ?? ''))
  if (literal !== null && !literal[2]?.includes('${')) return [(literal[2] ?? '').replace(/\\([`'"\\$])/g, '$1')]
  return proseOf(estree, false)
}

/** The texts for a reader in a piece of JavaScript: between tags, and in properties whose names or words say so. */
function proseOf(node: unknown, shown: boolean): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => proseOf(child, shown))
  const known = estreeSchema.safeParse(node).data
  if (known === undefined) return []
  const { type } = known
  if (type === 'JSXElement' && isUnshown(elementName.safeParse(node).data)) return []
  if (type === 'JSXText') return [String(known.value).replace(/\s+/g, ' ').trim()].filter((text) => text !== '')
  if (type === 'Literal') return shown && typeof known.value === 'string' ? [known.value] : []
  if (type === 'TemplateElement') {
    const cooked = z.object({ value: z.object({ cooked: z.string() }) }).safeParse(node).data?.value.cooked ?? ''
    return shown && cooked.trim() !== '' ? [cooked] : []
  }
  if (type === 'ImportDeclaration') return []
  if (type === 'Property' || type === 'JSXAttribute') {
    const key = z.looseObject({ key: z.unknown().optional(), name: z.unknown().optional() }).safeParse(node).data
    const named = z
      .looseObject({ name: z.unknown().optional(), value: z.unknown().optional() })
      .safeParse(key?.key ?? key?.name).data
    const name = String(named?.name ?? named?.value ?? '')
    const literal = z.looseObject({ type: z.literal('Literal'), value: z.string() }).safeParse(known.value).data
    if (literal !== undefined) return isShownProp(name, literal.value) ? [literal.value] : []
    return proseOf(known.value, isShownProp(name, 'x'))
  }
  return Object.entries(known).flatMap(([key, child]) =>
    typeof child === 'object' && key !== 'loc' && key !== 'range' ? proseOf(child, shown) : [],
  )
}

function withColon(text: string): string {
  return /[.:?!]$/.test(text) ? text : `${text}:`
}

function withoutEnd(text: string, index: number, all: readonly string[]): string {
  return index < all.length - 1 ? text.replace(/:$/, '') : text
}

function toPhrase(value: string): PhrasingContent {
  return { type: 'text', value }
}
