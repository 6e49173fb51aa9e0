/** Markdown with JSX: what a component shows stays, in its props as well as between its tags; what it computes goes. */
import type { Nodes, PhrasingContent, Root, RootContent } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { z } from 'zod'
import type { Loaded } from '../document.ts'
import { toText } from '../text.ts'
import { isShownProp } from './html.ts'
import { loadMarkdown, loadWith } from './markdown.ts'
import { toLowered, toRaised } from './raised.ts'

const mdx = unified().use(remarkParse).use(remarkMdx).use(remarkGfm, { singleTilde: false })

/** Text of MDX -> its tree; one that is not valid MDX is mended where it can be, else read as Markdown. */
export function loadMdx(text: string): Loaded {
  for (const source of [text, mended(text)]) {
    try {
      return loadWith(source, parse)
    } catch {
      // The next reading takes less of it for JSX.
    }
  }
  return loadMarkdown(text)
}

function parse(piece: string): Root {
  const tree = mdx.parse(piece)
  return { ...tree, children: tree.children.flatMap((node) => open(node) as RootContent[]) }
}

/** `<10ms` and `{ "level": 3 }` are text. */
function mended(text: string): string {
  let fenced = false
  const lines = text.split('\n').map((line) => {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    if (fenced) return line
    return line.replace(/(`+[^`]+`+)|<(?![A-Za-z/!>])|(?<![=\w])\{([^{}]*)\}/g, (whole, code, inner) => {
      if (code !== undefined) return whole
      if (whole === '<') return '\\<'
      const isExpression = /^\s*(\/\*[\s\S]*\*\/|(['"`])(?:(?!\2).)*\2|[\w$]+([.[(][\w$.,()[\]'" ]*)?)\s*$/.test(inner)
      return isExpression ? whole : `\\{${inner}\\}`
    })
  })
  return lines.join('\n')
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

const codeComponent = /^(CodeBlock|Code|CodeSnippet|Snippet|pre|CodeGroup)$/

/** A node -> the nodes that a reader sees of it. */
function open(node: Nodes): Nodes[] {
  const { type, name, attributes = [], data, value } = nodeSchema.parse(node)
  const children = 'children' in node ? (node.children as Nodes[]) : []
  switch (type) {
    case 'mdxjsEsm':
      return proseOf(data?.estree, false).map(toParagraph)
    case 'mdxFlowExpression':
      return toProse(data?.estree, value).map(toParagraph)
    case 'mdxTextExpression':
      return toProse(data?.estree, value).map((text) => ({ type: 'text', value: text }))
    case 'mdxJsxFlowElement': {
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

function toParagraph(value: string): RootContent {
  return { type: 'paragraph', children: [{ type: 'text', value }] }
}

function toPhrase(value: string): PhrasingContent {
  return { type: 'text', value }
}
