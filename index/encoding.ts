import { readAlphabet } from './alphabets.ts'

/** Bytes of a text file -> its text: in the encoding that is certain, or none. */
export interface Decoded {
  readonly text: string
  /** How it was read, where it is not as text should be, in words for the report. */
  readonly note?: string
}

/** Undefined where the bytes are no text, or nobody can say in which encoding they are. */
export function decode(bytes: Buffer): Decoded | undefined {
  const marked = readMarked(bytes)
  if (marked !== undefined) return marked
  const escaped = readEscaped(bytes)
  if (escaped !== undefined) return escaped
  const plain = read(bytes, 'utf-8')
  if (plain !== undefined) return { text: plain }
  const wide = utf16WithoutMark(bytes)
  if (wide !== undefined) return wide
  if (bytes.includes(0)) return undefined
  const declared = declaredCharset(bytes)
  const text = declared && read(bytes, declared)
  if (text !== undefined) return { text }
  return mostlyUtf8(bytes) ?? japanese(bytes) ?? eastAsian(bytes) ?? alphabetic(bytes) ?? western(bytes)
}

/** What a page, an XML file or an editor's mark says of its encoding. */
function declaredCharset(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 2048).toString('latin1')
  const found =
    /<meta[^>]+charset=["']?\s*([\w.:-]+)/i.exec(start) ??
    /^\s*<\?xml[^>]*encoding=["']([\w.:-]+)/.exec(start) ??
    /^(?:.*\n)?.*coding[:=]\s*([\w.-]+)/.exec(start)
  return found?.[1]
}

function read(bytes: Buffer, encoding: string): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

function readMarked(bytes: Buffer): Decoded | undefined {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined
  const text = encoding && read(bytes, encoding)
  return text === undefined ? undefined : { text }
}

/** Japanese in seven bits, as in old mails and pages: an escape says where it begins. */
function readEscaped(bytes: Buffer): Decoded | undefined {
  const text = bytes.includes('\x1b$') ? read(bytes, 'iso-2022-jp') : undefined
  if (text === undefined) return undefined
  return /^iso-2022-jp$/i.test(declaredCharset(bytes) ?? '')
    ? { text }
    : { text, note: 'not UTF-8: read as iso-2022-jp' }
}

/** Spaces, digits and line ends have a zero beside them, always on the same side. */
function utf16WithoutMark(bytes: Buffer): Decoded | undefined {
  const zeros = [0, 0]
  for (const [index, byte] of bytes.subarray(0, 4096).entries())
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const most = Math.max(even, odd)
  if (bytes.length % 2 === 1 || most < 2 || most < Math.min(bytes.length, 4096) / 16 || Math.min(even, odd) > most / 5)
    return undefined
  const text = read(bytes, odd > even ? 'utf-16le' : 'utf-16be')
  return text === undefined || /[\ufffd\p{Co}\p{Cn}]|(?!\s)\p{Cc}/u.test(text)
    ? undefined
    : { text, note: 'UTF-16 without a byte-order mark; read as such' }
}

/** UTF-8 with a broken byte here and there. */
function mostlyUtf8(bytes: Buffer): Decoded | undefined {
  const text = new TextDecoder('utf-8').decode(bytes)
  const broken = text.match(/\ufffd/g)?.length ?? 0
  const whole = text.match(/[^\p{ASCII}\ufffd]/gu)?.length ?? 0
  if (broken === 0 || whole < broken * 4) return undefined
  return { text, note: `not whole UTF-8: ${broken} byte${broken > 1 ? 's' : ''} of it cannot be read` }
}

/** Kana are in every Japanese sentence and in no other text. */
function japanese(bytes: Buffer): Decoded | undefined {
  for (const encoding of ['shift_jis', 'euc-jp']) {
    const text = read(bytes, encoding)
    const foreign = text?.match(/[^\p{ASCII}]/gu) ?? []
    const kana = foreign.filter((sign) => /[ぁ-んァ-ヶー、。]/.test(sign)).length
    if (text !== undefined && kana >= foreign.length * 0.25) return { text, note: `not UTF-8: read as ${encoding}` }
  }
  return undefined
}

/**
 * The bytes by which the characters of everyday begin in each encoding, and the least share of a text that they are. What is
 * Korean in one is Chinese in the other, but for the characters behind 0xC9: Chinese has many of them and Korean hardly any.
 */
const eastAsianEncodings = [
  { encoding: 'euc-kr', common: /^[\xa1-\xa3\xb0-\xc8]$/, least: 0.95, trail: 0xa1, beyond: [0, 0.05] },
  { encoding: 'gb18030', common: /^[\xa1-\xa3\xb0-\xd7]$/, least: 0.9, trail: 0xa1, beyond: [0.2, 1] },
  { encoding: 'big5', common: /^[\xa1-\xa3\xa4-\xc6]$/, least: 0.95, trail: 0x40, beyond: [0, 0.05] },
] as const

/**
 * Chinese and Korean: the characters of everyday stand first in each of their encodings, in bytes of their own. A letter of ASCII
 * behind a Western sign makes a pair too (°C), but none beside others, and the same again and again.
 */
function eastAsian(bytes: Buffer): Decoded | undefined {
  const runs = bytes.toString('latin1').match(/(?:[\x81-\xfe][\s\S])+/g) ?? []
  const toPairs = (run: string): readonly string[] => run.match(/[\s\S]{2}/g) ?? []
  const pairs = runs.flatMap(toPairs)
  const proofs = runs.filter((run) => /^.[\x80-\xff]|^.{3}/.test(run)).flatMap(toPairs)
  if (proofs.length < pairs.length / 2 || new Set(proofs).size < leastPairs) return undefined
  const share = (counts: (lead: string, second: number) => boolean): number =>
    pairs.filter((pair) => counts(pair[0] ?? '', pair.charCodeAt(1))).length / pairs.length
  const beyond = share((lead) => /^[\xc9-\xd7]$/.test(lead))
  const fitting = eastAsianEncodings.flatMap(({ encoding, common, least, trail, beyond: [from, to] }) => {
    const isEveryday = share((lead, second) => common.test(lead) && second >= trail) >= least
    const text = isEveryday && beyond >= from && beyond <= to ? read(bytes, encoding) : undefined
    return text === undefined ? [] : [{ text, note: `not UTF-8: read as ${encoding}` }]
  })
  return fitting[0]
}

/** Fewer different characters of two bytes are no proof. */
const leastPairs = 16

/** Alphabets other than the Western one. */
function alphabetic(bytes: Buffer): Decoded | undefined {
  const found = readAlphabet(bytes, read)
  return found && { text: found.text, note: `not UTF-8: read as ${found.encoding}` }
}

const westernLetters = /[A-Za-zÀ-ÖØ-öø-ÿŒœŸ]/
const otherAlphabets = /[ðÐþÞýÝŠšŽž]/

/**
 * windows-1252, where every sign above ASCII is a Western letter within a word, or a sign that stands where it makes sense. Other
 * encodings of one byte would put signs between letters, or have hardly any letter of ASCII.
 */
function western(bytes: Buffer): Decoded | undefined {
  const text = read(bytes, 'windows-1252')
  if (text === undefined || /[\u0080-\u009f]/.test(text)) return undefined
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  let foreign = 0
  for (const { index, 0: sign } of text.matchAll(/[^\p{ASCII}]/gu)) {
    const [before = ' ', after = ' '] = [text[index - 1], text[index + 1]]
    if (westernLetters.test(sign)) {
      foreign += 1
      if (otherAlphabets.test(sign)) return undefined
      // A capital within a word of small letters is another alphabet's letter.
      if (/[À-ÞŒŸ]/.test(sign) && /[a-z]/.test(before)) return undefined
    } else if (/[^’‘–—·]/.test(sign) && /\p{L}/u.test(before) && /\p{L}/u.test(after)) return undefined
  }
  if (foreign > letters * 0.3) return undefined
  return { text, note: 'not UTF-8: read as windows-1252' }
}
