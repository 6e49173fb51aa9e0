// Citations as models write them, [1], 【1†source】, [1, 2 and 3], (passage 2): found, and taken out of the text. What a statement stands on is computed, and only then marked.

import { openedCode, splitCode } from '../code.ts'
import { marks } from '../sentence-ends.ts'

/** A text without its citations, and the numbers that they named. */
export interface Uncited {
  readonly text: string
  readonly named: readonly number[]
}

const label =
  '(?:passages?|sources?|src|documents?|docs?|ref(?:erence)?s?|cite[ds]?|citations?|excerpts?|chunks?|quellen?|abschnitte?|dokumente?|fuentes?|pasajes?|documentos?|fonti?|bronn?en|出典|来源|來源|资料|資料|参考|段落|文献|источники?)'
const separator = '(?:[,;&/+|、，；·]|and|und|et|y|e|og|och|en|or|oder|bis|to|through|[-‐‑–—−~〜])'
/** Only right before its number: [p1]. As the prompt has it: passage number="1". */
const mark = `(?:${label}|p(?=\\d))[\\s_-]*(?:(?:number|num|n[or]\\.?|n°|id)\\s*=?\\s*)?`
const number = `(?:${mark})?#?\\s*["']?\\d{1,3}["']?`
/** A word of another language, or another word, before a number: [출처 1], [źródło 1], [oaicite:1]. */
const worded =
  /^(?:(?:n[or]|\p{L}[\p{L}\p{M}'’]{2,19})(?: \p{L}{1,12})?\s*[:#.№ ]|\p{Lo}[\p{Lo}\p{M}ー]{0,11}[:： ]?)\s*#?(\d{1,2}(?:\s*[,、]\s*\d{1,2})*)$/iu
const numbers = new RegExp(`^(?:${mark}[:#.]?\\s*)?(${number}(?:\\s*(?:,\\s*)?${separator}\\s*${number})*)$`, 'iu')
/** What is said beside the number, of a page or a line: [1, p. 3], 【1†L3-L5】, [2: overview.md]. */
const aside =
  /(?<=[\d"'])\s*(?:†.*|[,;:|]\s*(?:pp?\.|pages?|s\.|seiten?|lines?|zeilen?|l\d|§|section|abs\.?|["'“„«‘「]).*|(?:[:|]|\s[–—-]\s)\s*[^\d\s].*)$/isu
const seeing = /^\s*(?:see|cf\.?|vgl\.?|siehe|voir)\s+/i
const range = /^(\d+)\s*(?:[-‐‑–—−~〜]|bis|to|through)\s*(\d+)$/i
const maxRange = 5

/** Where a link leads, with its title. */
const target = '\\((?:<[^<>\\n]{0,200}>|(?:[^()\\s]|\\([^()\\s]*\\))*)(?:\\s+(?:"[^"\\n]*"|\'[^\'\\n]*\'))?\\)'
/** The square and angular brackets of a citation, for a class of characters. */
const openers = '[【［〔⟦〖〘〚⟨〈《'
const closers = '\\]】］〕⟧〗〙〛⟩〉》'
/** What a marker, its link and what else is wrapped around it become until all are found. */
const stand = '\uE000'
const bracketed = new RegExp(
  `\\\\?(?:\\[\\[(?<double>[^[\\]\\n]{1,60}?)\\]\\]|(?<open>[${openers}])\\^?\\s*(?<inside>[^${openers}${closers}\\n]{1,200}?)\\s*\\\\?[${closers}])(?:${target})?`,
  'gu',
)
/** What ChatGPT's own interface makes a link of. */
const contentReference = /:contentReference\[oaicite:\d+\]\{index=\d+\}/g
/** A raised number as a formula, which is then no code. */
const raisedFormula = '\\$\\^\\{?\\[?(?<formula>\\d{1,2}(?:\\s*,\\s*\\d{1,2})*)\\]?\\}?\\$'
const isRaised = new RegExp(`^${raisedFormula}$`)
/** What comes before the passage that a statement refers to. */
const leadIn =
  "(?:see(?: also)?|cf\\.?|vgl\\.?|siehe(?: auch)?|voir|according to|as (?:\\p{L}+ )?(?:in|by)|based on|as per|per|from|laut|gemäß|nach|selon|d'après|según|secondo|volgens)"
const inWords = new RegExp(
  `[(（]\\s*(?:${leadIn}:?\\s+(?:the\\s+)?)?(${label}\\s*[:#.]?\\s*[^()（）]{1,40})[)）]`,
  'giu',
)
const wrapped = [
  new RegExp(`\\[(?<kept>[^\\[\\]\\n${stand}]*${stand}+)\\]${target}`, 'gu'),
  new RegExp(`(\\*{1,3}|_{1,3})(?<kept>${stand}+)\\1`, 'gu'),
  new RegExp(`\\^(?<kept>${stand}+)\\^?`, 'gu'),
  new RegExp(`<(sup|sub|a|b|i|cite|ref)\\b[^<>]*>\\s*(?<kept>${stand}+)\\s*</\\1>`, 'giu'),
] as const
const raisedDigit = '[⁰¹²³⁴-⁹]'
const tags = 'cite|citation|ref|reference|source|passage|doc|document'
/** ¹, <sup>1</sup>, <cite>1</cite>, <passage number="1">, \\cite{1}, {1}: a number that is not in square brackets. */
const otherwise = new RegExp(
  `<(?:${tags})\\b[^<>\\n]{0,12}?[="'\\s](?<named>\\d{1,2})["']?(?:\\s(?:"[^"\\n]{0,200}"|[^<>"\\n]){0,80})?/?>|(?<closed></passage>)|<(?<tag>${tags}|sup)\\b[^<>\\n]*>\\s*(?<tagged>[^<>\\n]{1,40}?)\\s*</\\k<tag>>|\\\\cite\\{(?<latex>[\\d\\s,]{1,20})\\}|\\{(?<braced>\\d{1,2}(?: ?, ?\\d{1,2})*)\\}|${raisedFormula}|(?<raised>${raisedDigit}+(?:[,⸴˒]${raisedDigit}+)*)`,
  'giu',
)
/** What else may stand in brackets around citations, which then go as a whole: (cf. [1], [2]), (see [1], section 2), [see [1]], though they never close. */
const inRound = new RegExp(
  `[(（](?=[^()（）]*${stand})(?<round>[^()（）\\n]{1,40})[)）]|\\[(?<square>[^[\\]\\n${stand}]{0,20}${stand}+)\\]?`,
  'gu',
)
const connecting = new RegExp(
  `^(?:[\\s.,;:/&–—-]|${stand}|(?:section|page|pp?\\.|§|abschnitt|seite|s\\.)\\s*\\d[\\d.]*|(?<!\\p{L})(?:${label}|see|also|cf|compare|according|to|as|per|from|in|of|and|or|both|e\\.?\\s?g|i\\.?\\s?e|vgl|vergleiche|siehe|auch|s\\.(?:\\s?a)?|z\\.\\s?b|u\\.\\s?a|und|oder|aus|nach|laut|gemäß|voir|aussi|et|ou|par|exemple|selon|dans|véase|ver|según|p\\.\\s?ej|vedi|anche|zie|ook|en|og|och)(?!\\p{L})|参见|參見|参照|详见|詳見|见|見|如|和|与|與|及|と|を)+$`,
  'iu',
)
/** What connects two of them: [1], [2] and [3]. */
const words = '(?:and|und|et|y|or|oder)'
const link = `(?:[,;&–—-]|${words}(?!\\p{L}))`
const run = new RegExp(`${stand}(?:(?:\\s|${link})*${stand})+`, 'gu')
/** What may stand right behind a citation. */
const behind = `[${marks})）」』\\n]`

/** "According to passage 2, pods end." says what its marker would. */
const opening = new RegExp(
  `^(?<indent>\\s*(?:[-*+•]\\s+|\\d{1,3}[.)]\\s+)?)(?:(?:according to|as (?:stated|described|mentioned|explained|noted|shown) in|as per|per|based on|from|in|laut|gemäß|nach|selon|d'après|según)\\s+(?:the\\s+|le\\s+|la\\s+|el\\s+)?(?<of>${label}\\s*${stand}+|${label}\\s*[#№]?\\d{1,2}(?:\\s*(?:and|,|und|et|y)\\s*\\d{1,2})*|${stand}+)(?:\\s*[(（][^()（）\\n]{1,60}[)）])?\\s*[,:]\\s*|(?:根据|根據|按照|依据|依據)\\s*(?<by>${label}\\s*(?:${stand}+|\\d{1,2})|${stand}+)\\s*[，,:：]\\s*|(?<per>${label}\\s*(?:${stand}+|\\d{1,2})|${stand}+)\\s*(?:によると|によれば)[、,]\\s*|(?:as\\s+)?(?<says>${label}\\s*${stand}+|${label}\\s*[#№]?\\d{1,2}(?:\\s*(?:and|,|&|und|et|y)\\s*(?:${label}\\s*)?\\d{1,2})*|${stand}+)\\s*(?:says?|states?|explains?|mentions?|notes?|describes?|sagt|besagt|erklärt|dit|indique|dice)(?:\\s+(?:that|dass|que))?[,:]?\\s+|(?<bold>\\*{0,2})(?<label>${label}\\s*[#№]?\\d{1,2})(?:\\*{2}[:：]|[:：]\\k<bold>)\\s+)(?<first>\\p{L}?)`,
  'iu',
)
const cited = `(?:(?:the\\s+)?${label}\\s*(?:${stand}+|[#№]?\\d{1,2}(?:\\s*(?:and|,|&|und|et|y)\\s*\\d{1,2})*)|${stand}+)`
/** "Pods end, according to passage 2." says it as well, and so does "Pods end — Passage 2." */
const closing = new RegExp(
  `(?:,\\s*${leadIn}\\s+|\\s+(?:according to|as \\p{L}+ (?:in|by)|laut|gemäß|selon|según)\\s+|\\s+[—–-]\\s+(?:${leadIn}\\s+)?(?=[\\p{L}${stand}])|\\s*[;:]\\s*(?=${stand}))(${cited})(?=${behind}|$)`,
  'giu',
)
/** A letter without width, which stood between a citation and the full stop. */
const zeroWidth = new RegExp(`${stand}[\\u200b\\u2060\\ufeff]+`, 'gu')

/** With the white space beside it that was there for it. */
const alone = new RegExp(
  [
    `(?<=^|\\n)${stand}:[ \\t]*`,
    `[^\\S\\n]*${stand}[^\\S\\n]*(?=${behind}|$)`,
    `[^\\S\\n]*${stand}(?=["'”’»](?![\\p{L}\\p{N}]))`,
    `(?<=^|\\s)${stand}[ \\t]?`,
  ].join('|'),
  'gu',
)

/**
 * Takes out what cites one of `count` passages. A number in brackets that is no citation stays as it was written: an index, an
 * interval, a year, a range of ports. `holds` says whether the passages have a text as it stands.
 */
export function takeCitations(text: string, count: number, holds: (text: string) => boolean): Uncited {
  const named: number[] = []
  const take = (found: readonly number[]): string => {
    named.push(...found.filter((each) => each >= 1 && each <= count))
    return stand
  }
  // The even pieces stand outside of code, where [2] is an index.
  const pieces = splitCode(text.replace(contentReference, stand))
  const marked = pieces.map((piece, index) => {
    if (index % 2 === 1 && !isRaised.test(piece)) return piece
    let keptUntil = -1
    const found = replaceEach(piece, bracketed, ({ 0: whole, index: at, groups }) => {
      const inside = groups?.inside ?? groups?.double ?? ''
      const { before, after } = around(piece, at, whole, pieces, index)
      const cited = toNumbers(inside) ?? toWorded(inside, { before, after, count, holds })
      const short = /^(?:p|src|[a-z]+_)\d/i.test(inside)
      const certain =
        /[^[⟨〈《]/u.test(groups?.open ?? ' ') ||
        (/^\D/.test(inside.normalize('NFKC')) && !(short && /[\p{L}\p{N}_)\]]$/u.test(before)))
      const cites =
        cited !== undefined &&
        at !== keptUntil &&
        (!short || (!holds(whole) && cited.every((each) => each <= count))) &&
        (certain || isCitation(whole, cited, { before, after, count, holds }))
      if (cites) return take(cited)
      keptUntil = at + whole.length
      return whole
    })
    const others = replaceEach(found, otherwise, ({ 0: whole, index: at, groups }) => {
      const { tagged, named, latex, braced, formula, raised } = groups ?? {}
      const given = tagged ?? named ?? latex ?? braced ?? formula ?? raised ?? ''
      const cited = toNumbers(given.replace(/[⸴˒]/g, ','))
      const place = { ...around(found, at, whole, pieces, index), count, holds }
      const certain = !/^(?:sup)?$/i.test(groups?.tag ?? groups?.named ?? groups?.latex ?? '')
      if (groups?.closed !== undefined) return take([])
      const cites = cited !== undefined && ((certain && !holds(whole)) || stands(whole, cited, place))
      return cites ? take(cited) : whole
    })
    const worded = others.replace(inWords, (whole: string, inside: string) => {
      const cited = toNumbers(inside)
      return cited === undefined ? whole : take(cited)
    })
    return wrapped
      .reduce((all, wrap) => all.replace(wrap, '$<kept>'), worded)
      .replace(inRound, (whole: string, round?: string, square?: string) =>
        connecting.test(round ?? square ?? '') ? stand : whole,
      )
  })
  const without = marked
    .join('')
    .replace(zeroWidth, stand)
    .replace(run, stand)
    .replace(opening, (...found) => {
      const { indent = '', of, by, per, says, label, first = '' }: Record<string, string | undefined> = found.at(-1)
      if (label !== undefined && holds(label)) return found[0]
      take(toNumbers((of ?? by ?? per ?? says ?? label ?? '').replaceAll(stand, '')) ?? [])
      return indent + first.toUpperCase()
    })
    .replace(closing, (whole: string, of: string) => {
      const name = of.replaceAll(stand, '').replace(/^the\s+/i, '')
      if (!of.includes(stand) && holds(name)) return whole
      take(toNumbers(name) ?? [])
      return stand
    })
    .replace(alone, '')
    .replaceAll(stand, '')
  return { text: without, named: [...new Set(named)] }
}

const opens = `[${openers}]`
const closed = `${opens}{1,2}[^${closers}\\n]{0,200}[${closers}]{1,2}(?:${target})?`
const unclosed = `${opens}{1,2}[^${closers}\\n]{0,200}(?:[${closers}]{1,2}(?:\\((?:<[^<>\\n]{0,200}|(?:[^()\\s]|\\([^()\\s]*\\)?)*(?:\\s+["'][^"'\\n]{0,100}["']?)?))?)?`
/** What is not whole yet; in round brackets there may be several, and words that connect them. */
const begun = `\\\\?(?:\\*{1,3}|_{1,3}|\\^)?(?:${unclosed}|[(（](?:${closed}|[^()（）${openers}\\n]){0,80}(?:${unclosed})?|<[^<>\\n]{0,40}|<(?:sup|sub|${tags})\\b[^<>\\n]*>[^<>\\n]{0,40}(?:<[^<>\\n]{0,12})?|\\{[\\d ,]{0,20}\\}?|\\$(?:\\^[{[]{0,2}[\\d ,]{0,20}[}\\]]{0,2})?\\$?|${raisedDigit}+[,⸴˒]?)$`
const mayClose = `(?:,?\\s+|\\s+[—–-]\\s+)(?:(?:according(?: to)?|as(?: \\p{L}+(?: (?:in|by))?)?|as per|see(?: also)?|based(?: on)?|per|from|laut|gemäß|nach|selon|d'après|según|secondo|volgens)(?:\\s+the)?(?:\\s+${label}\\s*\\d{0,2})?|${label}\\s*\\d{0,2})$`
const mayOpen = new RegExp(`[ \\t]*${begun}|(?:(?:^|\\s+)${words}|\\s*[,;&–—-])+$|${mayClose}`, 'iu')

const mayBegin = new RegExp(`\\\\?[${openers}{<(（⁰¹²³⁴-⁹]|\\$\\^`, 'u')
const maxConnected = 20

/** From where on a text may still become a citation, or what connects two, once more of it is there, and must not be sent yet. */
export function mayOpenCitation(text: string): number {
  const code = openedCode(text) ?? text.length
  // It is none if what is open turns out to be code.
  const inside = text.slice(code).search(mayBegin)
  let end = inside === -1 ? text.length : code + inside
  for (let turn = 0; turn < maxConnected; turn += 1) {
    const found = text.slice(0, end).search(mayOpen)
    if (found === -1) return end
    end = found
  }
  return end
}

const referring = new RegExp(
  `^\\s*(?:[-*+•]\\s+|\\d{1,3}[.)]\\s+)?(?:\\*{0,2}(?:according|as|per|based|from|in|laut|gemäß|nach|selon|d'après|según|${label})(?:\\s[^,:]{0,60})?[:：]?\\*{0,2}|${closed}(?:\\s*[^\\s,:]{1,40}(?![^\\s,:])){0,5})$`,
  'iu',
)

/** Whether a text may still become "According to passage 2, …". */
export function mayRefer(text: string): boolean {
  return referring.test(text)
}

/** Each is taken as long as it is: there is one way to read a row of them. */
const followingRun = new RegExp(
  `^(?<before>[ \\t]*\\n{0,2}[ \\t]*)(?<run>(?:(?=(?<one>(?:\\*{2}|\\\\)?(?:[${openers}][^\\n${closers}]{1,200}[${closers}]{1,2}(?:\\((?:[^()\\s]|\\([^()\\s]*\\))*(?:\\s+"[^"\\n]*")?\\))?|[(（][^()（）\\n]{1,200}[)）]|<(?<tag>\\w+)[^<>]*>[^<>\\n]{1,40}<\\/\\k<tag>>|[⁰¹²³⁴-⁹]+(?:[,⸴˒][⁰¹²³⁴-⁹]+)*)(?:\\*{2})?))\\k<one>(?:[ \\t]*(?:(?:[,;&–—-]|and|und|et|y|or|oder)[ \\t]*)?(?=[${openers}(（<⁰¹²³⁴-⁹*\\\\]))?)+)\\.?(?=\\s|$)`,
  'u',
)

/** The citations that stand behind a statement's full stop, and what comes after them. */
export function takeFollowing(
  after: string,
  count: number,
  holds: (text: string) => boolean,
): { readonly named: readonly number[]; readonly rest: string } | undefined {
  const found = followingRun.exec(after)
  if (found === null) return undefined
  const { before = '', run = '' } = found.groups ?? {}
  const rest = after.slice(found[0].length)
  // On a line of its own it belongs to what was said; before other words, to those.
  if (before.includes('\n') && !/^[ \t]*(?:\n|$)/.test(rest)) return undefined
  const { text, named } = takeCitations(`.${run}`, count, holds)
  return text.trim() === '.' ? { named, rest } : undefined
}

const mayComeBehind = new RegExp(`^\\s*(?:(?:${closed}[ \\t]*${link}[ \\t]*)+$|${begun})`, 'u')

/** Whether such citations may still come. */
export function mayFollow(after: string): boolean {
  return mayComeBehind.test(after)
}

/** So many characters tell whether a number cites. */
const near = 120

/** What stands before and after something in a piece, and in the pieces beside it where it stands at an end. */
function around(
  piece: string,
  at: number,
  whole: string,
  pieces: readonly string[],
  index: number,
): Pick<Place, 'before' | 'after'> {
  const end = at + whole.length
  const before = at === 0 ? (pieces[index - 1] ?? '').slice(-near) : piece.slice(Math.max(0, at - near), at)
  return { before, after: piece.slice(end, end + near) + (pieces[index + 1] ?? '').slice(0, near) }
}

interface Place {
  readonly before: string
  readonly after: string
  readonly count: number
  readonly holds: (text: string) => boolean
}

/** Whether a bare number in square brackets cites: it counts from 1 to the passages there are, and stands where a citation would. */
function isCitation(whole: string, cited: readonly number[], { before, after, count, holds }: Place): boolean {
  const ends = endsHere.test(after)
  const within = cited.every((each) => each >= 1 && each <= count)
  if (cited.includes(0)) return false
  // A formula's: a_{[1]}, x = [1]; or one that is spoken of: "[1]".
  if (before.endsWith('{') && after.startsWith('}')) return false
  if (/=\s*$/.test(before) || (/["'“„‘«]$/u.test(before) && /^["'”“’»]/u.test(after))) return false
  // An index: x[1], args[1].
  if (/(?<![\p{L}\p{N}])[\p{Lu}\p{Ll}]$/u.test(before)) return false
  if (/[\p{L}\p{N}_)\]]$/u.test(before) && !/\[\^?\d+\]$/.test(before))
    return within && ends && cited.length === 1 && !holds(whole)
  if (cited.length > 1) {
    if (!ends || holds(whole) || interval.test(before) || cited.some((each) => each > 20)) return false
    return /[-‐‑–—−~]/.test(whole) || !/[^\d\s]/.test(whole.slice(1, -1))
      ? within && cited.length <= maxRange
      : cited.some((each) => each <= count)
  }
  // One that points to no passage is dropped where it stands as a citation would.
  return within || ((ends || /^\s*\[\d/.test(after)) && (cited[0] ?? 0) < 100 && !holds(whole))
}

/** Whether a raised number or one in braces cites: what is an exponent, a unit's or a placeholder stays. */
function stands(whole: string, cited: readonly number[], { before, after, count, holds }: Place): boolean {
  const [last = ''] = /\S*$/.exec(before) ?? []
  if (cited.some((each) => each < 1 || each > count) || holds(last + whole)) return false
  if (!standsAlone.test(after)) return false
  if (whole.startsWith('{')) {
    return (
      endsHere.test(after) &&
      afterWord.test(before) &&
      !interval.test(before) &&
      (before.match(/["“”„]/g)?.length ?? 0) % 2 === 0 &&
      !placeholder.test(before)
    )
  }
  return afterLetters.test(before) && !power.test(before)
}

const endsHere = new RegExp(`^(?:\\[\\^?\\d{1,2}\\])*\\s*(?:$|${behind})`, 'u')
const standsAlone = new RegExp(`^(?:$|[\\s"”»]|<sup>|${behind})(?!\\s*[=+*/<>^×·−-])`, 'u')
const afterWord = /[\p{L}\p{N}\p{Sentence_Terminal}][ \t]+$|\p{Sentence_Terminal}$/u
const afterLetters = new RegExp(`(?:\\p{L}{3}|[${marks}”»]|</sup>)[ \\t]?$`, 'u')
const placeholder = /\{|(?:placeholders?|templates?|formats?|arguments?|param\w*|sets?|with|platzhalter)\s*$/i
/** What is raised to a power. */
const power =
  /(?:[=+*/^(×·−]\s*\p{L}*|(?<!\p{L})(?:sin|cos|tan|log|exp|chi|det|max|min|var|abs)|米|尺|里|(?:met(?:er|re)|inch|feet|foot|mile)s?)[ \t]?$/iu

/** Before an interval or a list: "lies in [1, 2]". */
const interval =
  /(?:\b(?:in|range|interval|between|arrays?|lists?|vector|tuple|values?|is|are|equals?|returns?|to|of)|[=:(])\s*$/i

function replaceEach(text: string, pattern: RegExp, toText: (found: RegExpExecArray) => string): string {
  let out = ''
  let at = 0
  for (const found of text.matchAll(pattern)) {
    out += text.slice(at, found.index) + toText(found)
    at = found.index + found[0].length
  }
  return out + text.slice(at)
}

/** `2` -> 2; `2-4`, `2 to 4` -> 2, 3, 4; `passages 1 and 3` -> 1, 3; undefined where it is something else. */
function toNumbers(inside: string): number[] | undefined {
  const whole = inside
    .replaceAll('№', '#')
    .normalize('NFKC')
    .replace(seeing, '')
    .replace(/[\s,;.^]+$/, '')
    .trim()
  // 【4:6†source】 counts in a way that is not the passages'.
  if (/^(?:\d+:\d+†|(?:turn\d+[a-z]+\d+[\s,;]*)+$)/i.test(whole)) return []
  const plain = numbers.test(whole) ? whole : whole.replace(aside, '').trim()
  const list = numbers.exec(plain.replace(/^\d{1,2}(?: \d{1,2})+$/, (all) => all.replaceAll(' ', ',')))?.[1]
  if (list === undefined) return undefined
  const bare = list.replace(new RegExp(mark, 'giu'), '').replace(/[#:="']/g, '')
  return bare
    .split(/\s*(?:[,;&/+|、，；·]|\b(?:and|und|et|y|e|og|och|en|or|oder)\b)\s*/iu)
    .filter((each) => each.trim() !== '')
    .flatMap((each) => {
      const [, from, to] = range.exec(each.trim()) ?? []
      if (from === undefined || to === undefined) return [Number(each)]
      const length = Math.min(Math.max(Number(to) - Number(from) + 1, 1), 100)
      return Array.from({ length }, (_, index) => Number(from) + index)
    })
}

/** A number under a word that no list has: it cites where a citation would stand, and the passages have no such thing. An image's name does not. */
function toWorded(inside: string, { before, after, count, holds }: Place): number[] | undefined {
  const [whole, list = ''] = worded.exec(inside.normalize('NFKC').trim()) ?? []
  if (whole === undefined || holds(whole) || !endsHere.test(after)) return undefined
  if (/(?:[\p{L}\p{N}_)\]!]|(?<!\p{L})(?:see|siehe|voir|ver)\s*)$/iu.test(before) || interval.test(before))
    return undefined
  const numbers = list.split(/[,、]/).map(Number)
  return numbers.every((each) => each >= 1 && each <= count) ? numbers : undefined
}
