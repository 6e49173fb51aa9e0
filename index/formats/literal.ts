/** Keeps what a Markdown parser would take for a mark of its own: placeholders, formulas, products, notes' links. */
import { defaultHandlers } from 'hast-util-to-mdast'
import { toLowered, toRaised } from './raised.ts'

/** Every name that HTML knows or knew. */
export const htmlNames: ReadonlySet<string> = new Set(Object.keys(defaultHandlers))
const endless = new Set(
  'br hr wbr input col html head body p li dt dd option optgroup thead tbody tfoot tr td th colgroup rp rt rb rtc caption'.split(
    ' ',
  ),
)

const code = '(?<code>`+[^`]+`+)'
const role = String.raw`\{(?<role>[a-z][\w:-]*)\}\x60(?<roleText>[^\x60]+)\x60`
/** What no bracket has that is only escaped. */
const tex = String.raw`(?:(?!\\[\])]).){0,1000}?(?:\\(?![\])])|[\^_={}<>+])`
const math = String.raw`(?<math>(?<![\\$\w])\$(?=\S)[^$\n]*?[^\s\\]\$(?![\w$])|(?<!\\)\$\$[^$\n]+\$\$|\\\((?=${tex})(?:(?!\\\)).){1,1000}\\\)|\\\[(?=${tex})(?:(?!\\\]).){1,1000}\\\])`
const placeholder = String.raw`<(?<name>[A-Za-z][\w.-]*)(?<words>(?:[ \t][^<>="'/\x60]*)?)>`
const wikiLink = String.raw`(?<embed>!?)\[\[(?! )(?<page>[^\[\]|\n]+)(?:\|(?<label>[^\[\]\n]+))?\]\](?!\()`
const remark = String.raw`(?<remark>(?<!\S)%%(?=[^%\n]*\p{L})[^%\n]+%%(?![\w%]))`
const mark = String.raw`(?<![=\w])==(?=[^\s=])(?<marked>[^=\n]*[^\s=])==(?![=\w])`
const product = String.raw`(?<product>(?<=\d)\*(?=[\p{L}\p{N}(])|(?<=(?:^|[^\p{L}\p{N}])[\p{L}\p{N}])\*(?=[\p{L}\p{N}](?:[^\p{L}\p{N}]|$)))`
const raisedMark = String.raw`(?<=[\p{L}\p{N})])\^(?<raised>[-+−]?\d{1,4}[-+−]?|[\p{L}]{1,2})\^(?![\p{L}\p{N}^])`
const loweredMark = String.raw`(?<=[\p{L})])~(?<lowered>\d{1,3})~(?!~)`
const blockName = String.raw`(?<blockName>(?<=^\s*|[ \t])\^[a-z0-9][\w-]{2,}[ \t]*$)`
const pattern = [
  code,
  role,
  math,
  placeholder,
  wikiLink,
  remark,
  mark,
  product,
  raisedMark,
  loweredMark,
  blockName,
].join('|')

/** The rule for one document's lines outside code; a name in angle brackets is a tag where the document closes it. */
export function createLiteral(document: string): (line: string) => string {
  const closed = new Set([...document.matchAll(/<\/([A-Za-z][\w.-]*)/g)].map(([, name = '']) => name.toLowerCase()))
  const marks = new RegExp(pattern, 'gu')
  return (line) =>
    /[`$<[%=*^~\\{]/.test(line)
      ? line.replace(marks, (whole, ...rest) => {
          const found = rest.at(-1) as Record<string, string | undefined>
          if (found.code !== undefined) return whole
          if (found.role !== undefined) return ofRole(found.role, found.roleText ?? '')
          if (found.math !== undefined) return escapeMarks(whole)
          if (found.name !== undefined) return isTag(found.name, closed) ? whole : `\\${whole}`
          if (found.page !== undefined) return ofWikiLink(found.embed !== '', found.page, found.label)
          if (found.marked !== undefined) return found.marked
          if (found.raised !== undefined) return toRaised(found.raised)
          if (found.lowered !== undefined) return toLowered(found.lowered, 'x', '')
          if (found.product !== undefined) return `\\${whole}`
          return ''
        })
      : line
}

/** Every character that Markdown gives a meaning to, as itself. */
export function escapeMarks(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~^&$=]/g, '\\$&')
}

function isTag(name: string, closed: ReadonlySet<string>): boolean {
  return closed.has(name.toLowerCase()) || endless.has(name.toLowerCase())
}

function ofRole(role: string, text: string): string {
  if (/^(math|code|kbd|file|command|program|option|envvar|samp|literal|py:|c:|js:|cpp:)/.test(role))
    return role === 'math' ? escapeMarks(`$${text}$`) : `\`${text}\``
  return text.replace(/\s*<[^<>]*>$/, '')
}

function ofWikiLink(embedded: boolean, page: string, label: string | undefined): string {
  if (embedded && /\.(png|jpe?g|gif|svg|webp|bmp|avif|mp4|webm|mp3|wav|pdf)$/i.test(page)) return ''
  return label !== undefined && !(embedded && /^\d+(x\d+)?$/.test(label))
    ? label
    : page.replace(/#\^.*$/, '').replaceAll('#', ' > ')
}
