import type { Loaded } from '../document.ts'
import { escapeMarks } from './literal.ts'
import { markdownText } from './markdown.ts'

/** Org -> Markdown that says the same; properties, comments and what is logged go. */
export function loadOrg(text: string): Loaded {
  const lines: string[] = []
  let title: string | undefined
  let fence: 'code' | 'quote' | undefined
  let inDrawer = false
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    const [, begin, kind = '', language = ''] = /^\s*#\+(begin|end)_(\w+)\s*(\S*)/i.exec(line) ?? []
    const [, key = '', value = ''] = /^#\+([\w-]+):\s*(.*)$/.exec(line) ?? []
    const [, stars = '', heading = ''] = /^(\*+)\s+(.*)$/.exec(line) ?? []
    if (begin?.toLowerCase() === 'begin') {
      fence = /^(src|example|export)$/i.test(kind) ? 'code' : 'quote'
      lines.push(fence === 'code' ? `\`\`\`${/^src$/i.test(kind) ? language : ''}` : '')
    } else if (begin !== undefined) {
      lines.push(fence === 'code' ? '```' : '')
      fence = undefined
    } else if (fence === 'code') lines.push(line.replace(/^,(?=[*#])/, ''))
    else if (/^\s*:(properties|logbook):\s*$/i.test(line)) inDrawer = true
    else if (inDrawer) inDrawer = !/^\s*:end:\s*$/i.test(line)
    else if (/^title$/i.test(key)) title = value.trim()
    else if (/^caption$/i.test(key)) lines.push('', inline(value), '')
    else if (planning.test(line)) lines.push('', ...planned(line), '')
    else if (key !== '' || /^\s*#( |$)/.test(line)) lines.push('')
    else if (heading !== '')
      lines.push('', `${'#'.repeat(Math.min(stars.length, 6))} ${inline(heading.replace(/\s+:[\w@:]+:\s*$/, ''))}`, '')
    else if (/^\s*\|[-+]+\|?\s*$/.test(line)) lines.push(line.replaceAll('+', '|'))
    else if (/^\s*: /.test(line)) lines.push(`    ${line.replace(/^\s*: /, '')}`)
    else lines.push(inline(line).replace(/^(\s*)\+ /, '$1- '))
  }
  const loaded = markdownText(withTableRules(lines).join('\n'))
  return { ...loaded, title: title || loaded.title }
}

const stamp = String.raw`[<[][^>\]]*[>\]]`
const plan = String.raw`(CLOSED|SCHEDULED|DEADLINE):\s*(${stamp}(?:--${stamp})?)\s*`
const planning = new RegExp(`^\\s*(?:${plan})+$`)

/** What a heading is due by, in lines of their own: `Deadline: 2026-05-01 Fri`, without when one is warned of it. */
function planned(line: string): string[] {
  return [...line.matchAll(new RegExp(plan, 'g'))].map(([, name = '', when = '']) => {
    const said = when.replace(/\s-\d+[hdwmy]\b/g, '').replace('--', ' to ')
    return `${name.charAt(0)}${name.slice(1).toLowerCase()}: ${said.replace(/[<>[\]]/g, '')}`
  })
}

/** Links, footnotes, ticks and marks of type; what stands between marks of code stays. */
function inline(text: string): string {
  return text
    .replace(/\\\\\s*$/, '\\')
    .replace(/\\\((.+?)\\\)|\\\[(.+?)\\\]/g, (_, within?: string, alone?: string) =>
      escapeMarks(`$${within ?? alone}$`),
    )
    .replace(/^\s*\[\[(?:file:|\.\/)?[^\][]+\.(png|jpe?g|gif|svg|webp)\]\]\s*$/i, '')
    .replace(/\[\[(?:file:)?([^\][]+)\]\[([^\][]+)\]\]/g, (_, url: string, label: string) =>
      /^(https?|mailto):/.test(url) ? `[${label}](${url})` : label,
    )
    .replace(/\[\[([^\][]+)\]\]/g, '$1')
    .replace(/\[fn:(\w+)\]/g, '[^$1]')
    .replace(/^\[\^(\w+)\] /, '[^$1]: ')
    .replace(/(?<![\w\]])[=~]([^\s=~](?:[^=~\n]*[^\s=~])?)[=~](?!\w)/g, '`$1`')
    .replace(/(?<![\w/:])\/([^\s/](?:[^/\n]*[^\s/])?)\/(?![\w/])/g, '*$1*')
    .replace(/(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/g, '**$1**')
    .replace(/(?<![\w+])\+([^\s+](?:[^+\n]*[^\s+])?)\+(?![\w+])/g, '~~$1~~')
    .replace(/(\w)\^\{([^}]+)\}/g, '$1<sup>$2</sup>')
    .replace(/(\w)_\{([^}]+)\}/g, '$1<sub>$2</sub>')
    .replace(/^(\s*)- (.*?)\s+::\s+/, '$1- **$2**: ')
}

/** A table's rule belongs below its first row; others are none. */
function withTableRules(lines: readonly string[]): string[] {
  const isRow = (line: string | undefined): boolean => /^\s*\|/.test(line ?? '')
  const isRule = (line: string | undefined): boolean => /^\s*\|[-|]+\|?\s*$/.test(line ?? '')
  return lines.flatMap((line, index) => {
    if (!isRow(line)) return [line]
    const isFirst = !isRow(lines[index - 1])
    if (isRule(line)) return []
    const columns = line.split('|').length - 2
    return isFirst ? ['', line, `|${' --- |'.repeat(Math.max(columns, 1))}`] : [line]
  })
}
