import type { Nodes as HtmlNodes } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import type { List, Nodes, Paragraph, RootContent, Table, TableRow } from 'mdast'
import { toRaised } from './formats/raised.ts'

const longestAddress = 80

/**
 * A node of the tree -> the text a reader sees: words without emphasis marks, links as their labels; code in its fence,
 * tables and lists in the plain Markdown that people and models read.
 */
export function toText(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return node.value
    case 'inlineCode':
      return `\`${node.value}\``
    case 'code':
      return `\`\`\`${node.lang ?? ''}\n${node.value}\n\`\`\``
    case 'break':
      return '\n'
    case 'image':
    case 'imageReference':
      return node.alt ?? ''
    case 'html':
      return textOf(fromHtml(node.value, { fragment: true }))
    case 'delete':
      return `~~${inline(node.children)}~~`
    case 'footnoteReference':
      return toRaised(node.label ?? node.identifier)
    case 'footnoteDefinition':
      return `${toRaised(node.label ?? node.identifier)} ${blocks(node.children)}`
    case 'link':
      return withAddress(inline(node.children), node.url)
    case 'list':
      return listText(node)
    case 'table':
      return tableText(node)
    case 'blockquote':
      return blocks(node.children).replace(
        /^\[!([a-z])([a-z-]*)[^\]]*\][+-]?\s*/i,
        (_, first: string, rest: string) => `${first.toUpperCase()}${rest.toLowerCase()}: `,
      )
    case 'root':
    case 'listItem':
      return blocks(node.children)
    case 'heading':
      return inline(node.children)
        .replace(/\s*\{[#.][^}]*\}$/, '')
        .trim()
    case 'paragraph':
    case 'tableCell':
      return inline(node.children).trim()
    default:
      return 'children' in node ? inline(node.children) : ''
  }
}

function inline(nodes: readonly Nodes[]): string {
  return nodes.map(toText).join('')
}

function blocks(nodes: readonly Nodes[]): string {
  return nodes
    .map(toText)
    .filter((text) => text !== '')
    .join('\n\n')
}

/** An address that no reader could guess from the words it stands behind. */
function withAddress(label: string, url: string): string {
  const address = url.replace(/^(mailto|tel):/, '')
  const isOwn = /^(https?:\/\/|mailto:|tel:)/.test(url) && url.length <= longestAddress
  return !isOwn || label === '' || label.includes(address.replace(/^https?:\/\/|\/$/g, ''))
    ? label
    : `${label} (${address})`
}

function listText(list: List): string {
  return list.children.map((item, index) => listItemText(list, index, toText(item))).join('\n')
}

function listItemText(list: List, index: number, text: string): string {
  const item = list.children[index]
  const tick = item?.checked == null ? '' : item.checked ? '[x] ' : '[ ] '
  const label = item?.data?.label ?? (list.ordered ? `${(list.start ?? 1) + index}.` : '-')
  const marker = `${label} ${tick}`
  return marker + text.replace(/\n{2,}/g, '\n').replace(/\n(?=.)/g, `\n${' '.repeat(marker.length)}`)
}

function tableText(table: Table): string {
  if (table.data?.plain) return table.children.map(plainRow).join('\n')
  const rows = table.children.map(
    (row) =>
      `| ${row.children
        .map((cell) =>
          toText(cell)
            .replaceAll('|', '\\|')
            .replace(/\s*\n\s*/g, ' '),
        )
        .join(' | ')} |`,
  )
  // A table without a head, as Word's come, begins with an empty one.
  const [head = '', ...body] = /^[|\s]*$/.test(rows[0] ?? '') && rows.length > 1 ? rows.slice(1) : rows
  const rule = `| ${(table.children[0]?.children ?? []).map(() => '---').join(' | ')} |`
  return [head, rule, ...body].join('\n')
}

/** A row of a table that is known by its looks alone: cells two spaces apart, an empty one as a dash. */
function plainRow(row: TableRow): string {
  return row.children.map((cell) => toText(cell).replace(/\s+/g, ' ').trim() || '–').join('  ')
}

/** The words of a piece of HTML; comments, scripts and styles say nothing to a reader. */
export function textOf(node: HtmlNodes): string {
  if (node.type === 'text') return node.value
  if (node.type === 'element' && node.tagName === 'br') return '\n'
  if (node.type === 'element' && /^(script|style)$/.test(node.tagName)) return ''
  return 'children' in node ? node.children.map(textOf).join('') : ''
}

declare module 'unist' {
  interface Data {
    /** The page a block stands on, counted from 1, in formats that have pages. */
    page?: number
    /** Set in bold as a whole, in formats that have looks and no structure. */
    bold?: boolean
    /** The size it is set in as a whole, in half points, in such formats. */
    size?: number
    /** The name that the document itself gives a heading, for links to it. */
    anchor?: string
  }
}

declare module 'mdast' {
  interface ListItemData {
    /** What the document itself numbers an item with, such as `3.2` or `(a)`. */
    label?: string
  }
  interface TableCellData {
    /** A head of the columns beside it too. */
    spans?: boolean
  }
  interface TableData {
    /** No head is known of it. */
    plain?: boolean
  }
}

/** The text of the first heading of level 1: a document's title, where it says none itself. */
export function firstHeading(blocks: readonly RootContent[]): string | undefined {
  const heading = blocks.find((node) => node.type === 'heading' && node.depth === 1)
  return (heading && toText(heading)) || undefined
}

/** The other way round: a text -> a paragraph of it alone, as it is. */
export function toParagraph(value: string): Paragraph {
  return { type: 'paragraph', children: [{ type: 'text', value }] }
}
