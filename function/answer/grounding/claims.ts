// What in a statement is right or wrong and nothing between: its numbers, identifiers and names; and whether it claims anything.
import { createPattern } from '../../patterns.ts'
import { sameUnit, unitAt } from './units.ts'

/** A number, an identifier or a name. */
export interface Fact {
  readonly text: string
  readonly isNumber: boolean
  /** Whether a text has it. */
  readonly in: (text: string) => boolean
  readonly is: (other: Fact) => boolean
}

const words: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'zero one two three four five six seven eight nine ten eleven twelve',
    'null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf',
    'zéro un deux trois quatre cinq six sept huit neuf dix onze douze',
  ].flatMap((list) => list.split(' ').map((word, value) => [word, String(value)])),
)
const tens: Readonly<Record<string, string>> = {
  fifteen: '15',
  twenty: '20',
  thirty: '30',
  forty: '40',
  fifty: '50',
  sixty: '60',
  ninety: '90',
  hundred: '100',
  thousand: '1000',
}
/** "One" and "two" are as often no numbers. */
const pronouns = new Set(['one', 'null', 'un', 'six'])
const wordNumber = createPattern(
  `(?<![\\p{L}\\p{N}])(?:${[...Object.keys(words), ...Object.keys(tens)].join('|')})(?![\\p{L}\\p{N}])`,
  'gi',
)
const digits = createPattern(String.raw`(?<![\p{L}\p{N}_])\d+(?:[.,:'\u00a0\u202f]\d+)*`, 'g')
const identifier = createPattern(
  String.raw`(?<![\p{L}\p{N}_/.-])(?:--?\p{L}[\p{L}\p{N}_-]*|[\p{L}\p{N}_$@.-]*(?:\p{Ll}\p{Lu}|[\p{L}\p{N}][_/=@][\p{L}\p{N}]|\p{L}\d|\d\p{L}|[\p{L}\p{N}]\.\p{L})[\p{L}\p{N}_$@/:=.-]*)`,
  'g',
)
const span = /(?<!`)`([^`\n]+)`(?!`)/g
/** The units that a number is written together with. */
const withUnit = /^(\d+(?:[.,]\d+)?)(?:%|[a-zµ]{1,3}i?b?|°[cf]?)$/i

/** What of a statement must stand in a passage as it is. `isKnown`: whether the documents have a word anywhere. */
export function factsOf(statement: string, isKnown: (word: string) => boolean = () => true): Fact[] {
  const facts: Fact[] = []
  const plain = statement.replace(/^\s*(?:[-*+•]|\d{1,3}[.)])\s+/, '')
  for (const [, inside = ''] of plain.matchAll(span)) facts.push(toIdentifier(inside))
  const bare = plain.replace(/```\w*/g, ' ').replace(span, ' ')
  for (const [found] of bare.matchAll(identifier(bare))) {
    const text = found.replace(/[.:/-]+$/, '')
    const [, amount] = withUnit.exec(text) ?? []
    if (amount !== undefined) facts.push(toNumber(amount, unitAt(text, 0, amount.length)))
    else if (!/^\p{L}\.\p{L}(?:\.\p{L})*$/u.test(text)) facts.push(toIdentifier(text))
  }
  const prose = bare.replace(identifier(bare), ' ')
  for (const { 0: found, index } of prose.matchAll(digits(prose))) {
    facts.push(toNumber(found, unitAt(prose, index, index + found.length)))
  }
  for (const { 0: found, index } of bare.matchAll(wordNumber(bare))) {
    if (!pronouns.has(found.toLowerCase())) facts.push(toNumber(found, unitAt(bare, index, index + found.length)))
  }
  for (const name of namesOf(prose, isKnown)) facts.push(toName(name))
  return facts
}

function toFact(text: string, has: (text: string) => boolean): Fact {
  return { text, isNumber: false, in: has, is: (other) => other.text === text && !other.isNumber }
}

/** With a unit it stands where the same number has that unit, or none that is known. */
function toNumber(found: string, unit: string): Fact {
  const value = normal(found)
  return {
    text: unit === '' ? value : `${value} ${unit}`,
    isNumber: true,
    in: (text) =>
      numbersOf(text)
        .get(value)
        ?.some((other) => sameUnit(unit, other)) ?? false,
    is({ isNumber, text }) {
      const [otherValue, otherUnit = ''] = text.split(' ')
      return isNumber && otherValue === value && (unit === '' || (otherUnit !== '' && sameUnit(unit, otherUnit)))
    },
  }
}

const seen = new Map<string, ReadonlyMap<string, readonly string[]>>()
/** The numbers of a text, and the units that each has in it, '' for none. */
function numbersOf(text: string): ReadonlyMap<string, readonly string[]> {
  const known = seen.get(text)
  if (known !== undefined) return known
  const numbers = new Map<string, string[]>()
  const add = (number: string, unit: string): void => {
    numbers.set(number, [...(numbers.get(number) ?? []), unit])
  }
  for (const found of [...text.matchAll(/\d+(?:[.,:'\u00a0\u202f]\d+)*/gu), ...text.matchAll(wordNumber(text))]) {
    const [number] = found
    add(normal(number), unitAt(text, found.index, found.index + number.length))
    for (const piece of /[:.]/.test(number) ? number.split(/[:.]/) : []) add(normal(piece), '')
  }
  if (seen.size > 500) seen.clear()
  seen.set(text, numbers)
  return numbers
}

/** `1,000` and `1000`, `0,5` and `0.5`, `two` and `2` are the same. */
function normal(found: string): string {
  const word = found.toLowerCase()
  return (words[word] ?? tens[word] ?? word)
    .replace(/(?<=\d)[,'\u00a0\u202f](?=\d{3}(?!\d))/g, '')
    .replace(/(?<=\d),(?=\d)/g, '.')
    .replace(/\.0+$/, '')
}

function toIdentifier(found: string): Fact {
  const text = squeeze(found)
  return toFact(text, (whole) => {
    const all = squeeze(whole)
    return (
      all.includes(text) || text.split(/\s+/).every((word) => all.includes(word.replace(/^[("']+|[)"',.;:]+$/g, '')))
    )
  })
}

function toName(name: string): Fact {
  const stem = name.toLowerCase().replace(/(?:['’]s?|(?<!['’])e?s)['’]?$/, '')
  return toFact(name.toLowerCase(), (whole) => {
    const text = whole.toLowerCase()
    return text.includes(stem) || (stem.includes('-') && text.replace(/ ?- ?/g, '-').includes(stem))
  })
}

function squeeze(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s"'“”]+/g, ' ')
    .replaceAll('‹', '<')
    .trim()
}

const anyWord = createPattern(String.raw`\p{L}[\p{L}'’-]*`, 'g')
const longWord = createPattern(String.raw`\p{L}[\p{L}'’-]+`, 'g')
const capital = createPattern(String.raw`^\p{Lu}`)
const capitalised = createPattern(String.raw`^\p{Lu}\p{Ll}`)

const german = /(?:^|\s)(?:der|die|das|und|ist|ein|eine|wird|werden|nicht|mit|für)\s/

/** Words with a capital inside a sentence. Where nouns have one, as in German, it names something only where no document has the word. */
function namesOf(statement: string, isKnown: (word: string) => boolean): string[] {
  const found: string[] = []
  const all = statement.match(anyWord(statement)) ?? []
  const capitals = all.slice(1).filter((word) => capital(word).test(word))
  const isGerman = german.test(statement)
  if (!isGerman && capitals.length > all.length * 0.5) return []
  for (const sentence of statement.split(/(?<=[.!?:])\s+|\n/)) {
    for (const [index, [word]] of [...sentence.matchAll(longWord(sentence))].entries()) {
      if (index === 0 || !capitalised(word).test(word) || /^I['’]/.test(word)) continue
      if (!isGerman || !isKnown(word)) found.push(word)
    }
  }
  return found
}

const documents =
  '(?:the |these |those |this |your |any of the |provided |given |available )*(?:documents?|documentation|passages?|context|texts?|sources?|excerpts?|information|article|page)(?: provided| given| above)?'
const says =
  '(?:say|state|mention|provide|contain|specif(?:y|ie)|include|describe|explain|give|answer|cover|address|discusse?|tell|list|offer|indicate)'
const knowledge = '(?:information|mention|answer|details?|data|reference)'
const refusals = [
  new RegExp(
    `\\b${documents} (?:do(?:es)?|did|is|are)(?: not|n't) (?:\\w+ )?(?:${says}|have|directly|explicitly|specifically|clear)`,
    'i',
  ),
  new RegExp(`\\b${documents} (?:\\w+ )?(?:${says}s?|ha(?:s|ve)) (?:nothing\\b|no (?:\\w+ )?${knowledge}\\b)`, 'i'),
  new RegExp(`\\b(?:none of|nothing in|no) ${documents} (?:\\w+ )?${says}`, 'i'),
  new RegExp(
    `\\b(?:not|n't) (?:\\w+ )?(?:mentioned|specified|stated|provided|given|found|included|described|contained|answered|addressed|covered|available|discussed|listed|clear|possible to \\w+) (?:anywhere )?(?:in|by|from) ${documents}`,
    'i',
  ),
  new RegExp(
    `\\b(?:no|any|not enough|insufficient|no specific|no direct) (?:\\w+ )?${knowledge}\\b.*\\b(?:in|from) ${documents}`,
    'i',
  ),
  /\b(?:there is|there's|i (?:have|found|see|find)) no (?:\w+ )?(?:information|mention|answer|details?|reference)\b/i,
  /\bi(?:'m| am)? (?:cannot|can not|can't|could not|couldn't|not able|unable|(?:do not|don't|neither) (?:\w+ )?(?:have|know|find))\b/i,
  /\b(?:cannot|can't|can not) be (?:answered|determined|found)\b.*\b(?:passages?|documents?|context|information|provided|text)\b/i,
  /\b(?:dokumente?n?|passagen?|abschnitte?n?|quellen?|texte?) (?:sagen|nennen|erwähnen|enthalten|geben|beantworten)\b.*\b(?:nicht|nichts|kein\w*)\b/i,
  /\b(?:les|ces) (?:documents?|passages?|sources?) (?:ne|n')/i,
  /\b(?:los|estos) (?:documentos|pasajes|fragmentos) no\b/i,
  /(?:文档|文檔|文件|段落|资料|資料)(?:中|里|裡)?(?:没有|沒有|未|并未|並未)|(?:文書|資料|文章)(?:に|は|には).*(?:ありません|ない|いません)/,
]

/** Whether a statement says that the documents do not say. */
export function refuses(statement: string): boolean {
  const plain = statement.replaceAll('’', "'")
  return refusals.some((refusal) => refusal.test(plain))
}

const courtesy =
  /^(?:(?:i )?hope (?:this|that)|let me know|feel free|please (?:let|note that i)|if you (?:have|need) (?:any|more|further)|sure\b|certainly\b|of course\b|here(?:'s| is| are)\b.*:|yes[.!]|no[.!]|in summary[:,]?$|note:?$|for example:?$|see (?:also|below))/i

/** Whether a statement claims nothing that could be borne out: a courtesy, or not a word. */
export function saysNothing(statement: string): boolean {
  return courtesy.test(statement.trim()) || /^(?:yes|no|ja|nein|oui|non|sí)?\P{L}*$/iu.test(statement.trim())
}

/** Whether a statement only says again what was asked, word for word: small models do, and it answers nothing. */
export function echoes(statement: string, question: string): boolean {
  const words = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `
  return words(question).includes(words(statement))
}

const sources = {
  en: '(?:the|these|this|your)\\s+(?:(?:provided|given|available|above)\\s+)?(?:passages?|documents?|documentation|texts?|context|sources?|excerpts?|information)(?:\\s+(?:provided|given|above))?',
  de: '(?:der|die|das|den|dem)\\s+(?:texte?n?|dokumente?n?|dokumentation|passagen?|abschnitte?n?|quellen?)',
  fr: "(?:(?:le|la|les|ce|ces)\\s+(?:passages?|documents?|textes?|sources?)|l['’]extrait)",
  es: '(?:el|la|los|las|este|estos)\\s+(?:pasajes?|documentos?|textos?|fragmentos?|fuentes?)',
}
const speaker = new RegExp(
  `^\\s*(?:${[
    `(?:${sources.en}|it)\\s+(?:also\\s+|further\\s+)?(?:says?|states?|mentions?|explains?|notes?|indicates?|suggests?|specif(?:y|ies))(?:\\s+also)?\\s+that`,
    `${sources.en}\\s+(?:also\\s+|further\\s+)?(?:discuss(?:es)?|describes?|lists?|mentions?|covers?|outlines?|(?:provides?|gives?)\\s+(?:an?\\s+)?(?:examples?|lists?|overviews?)\\s+of)`,
    `(?:according\\s+to|based\\s+on|as\\s+\\w+\\s+(?:in|by)|from|in)\\s+${sources.en},`,
    `${sources.de}\\s+(?:be)?(?:sag|erwähn|erklär|beschreib)(?:t|en)(?:\\s+auch)?,\\s+dass`,
    `(?:laut|gemäß|nach)\\s+${sources.de}`,
    `${sources.fr}\\s+(?:dit|disent|(?:indique|mentionne|précise|explique)(?:nt)?)(?:\\s+(?:aussi|également))?\\s+que`,
    `(?:selon|d['’]après)\\s+${sources.fr},`,
    `${sources.es}\\s+(?:también\\s+)?(?:dicen?|indican?|mencionan?|explican?)\\s+que`,
    `según\\s+${sources.es},`,
  ].join('|')})\\s+`,
  'iu',
)

const speakerBehind = new RegExp(
  `,?\\s+(?:(?:according\\s+to|based\\s+on|as\\s+\\w+\\s+(?:in|by))\\s+${sources.en}|(?:laut|gemäß)\\s+${sources.de}|selon\\s+${sources.fr}|según\\s+${sources.es})(?=[.!]?\\s*$)`,
  'iu',
)

/** A statement without who says it: "The passage also states that", "Based on the given documents,", "…, as stated in the text". What it claims is the rest. */
export function withoutSpeaker(statement: string): string {
  return statement.replace(speaker, '').replace(speakerBehind, '')
}
