// Encodings of one byte: bytes that can only be words of one alphabet -> their text.

/** An alphabet in an encoding that has it. */
interface Alphabet {
  readonly encoding: string
  /** A word of it, capitals and final letters in their places. */
  readonly word: RegExp
  /** What a text of it has and no other: each of them in a word or more, and in this share of the words that are not ASCII. */
  readonly proofs: readonly RegExp[]
  readonly proofShare: number
  /** The share of all words that are not ASCII. */
  readonly share: number
}

/** Alphabets with capitals, which stand in front or everywhere. */
function cased(encoding: string, script: string): Alphabet {
  // What Cyrillic's most frequent letter is in the encoding of Greek.
  const rareInGreek = '(?!.*[ΰΐ])'
  const own = `(?=\\p{scx=${script}}+$)`
  return {
    encoding,
    word: new RegExp(`^${rareInGreek}${own}(?:\\p{Lu}?\\p{Ll}+|\\p{Lu}+)$`, 'u'),
    // Two Western signs may stand side by side.
    proofs: [/^\p{Lu}\p{Ll}/u, /\p{Ll}{3}/u],
    proofShare: 0,
    share: 0,
  }
}

/** Latin letters beyond ASCII, and those of them that the language writes often, and that Western languages never do where they read these bytes. */
function latin(encoding: string, letters: string, ...proofs: readonly RegExp[]): Alphabet {
  const small = `[a-z${letters}]`
  const large = `[A-Z${[...letters].map((letter) => (letter === 'ı' ? 'İ' : letter.toUpperCase())).join('')}]`
  return { encoding, word: new RegExp(`^(?:${large}?${small}+|${large}+)$`, 'u'), proofs, proofShare: 0.05, share: 0.1 }
}

/**
 * These inside a word, between letters that Western languages have too: at its edge or alone they may be signs, as in £120, m³, Nº,
 * note¹. Or those that no Western language has, anywhere.
 */
function within(letters: string, anywhere = ''): RegExp {
  const beside = '(?![ąľłśšşťźžż])\\p{L}'
  return new RegExp(`${beside}[${letters}]${beside}|[${anywhere}]`, 'iu')
}

const central: ReadonlyArray<readonly [letters: string, ...proofs: RegExp[]]> = [
  ['ąćęłńóśźż', within('ąłż')],
  ['áčďéěíňóřšťúůýž', within('šž', 'ý')],
  ['áčďéěíňóřšťúůýž', /ě/i, /ř/i],
  ['áäčďéíĺľňóôŕšťúýž', within('šž', 'ý')],
  // Portuguese has an e behind it.
  ['áéíóöőúüű', /ő(?!e)/i, /[áé]/i],
  ['ăâîşţ', within('ş', 'ţ')],
  ['čćđšž', within('šž')],
]

const alphabets: readonly Alphabet[] = [
  cased('windows-1251', 'Cyrl'),
  cased('koi8-u', 'Cyrl'),
  cased('ibm866', 'Cyrl'),
  cased('windows-1253', 'Grek'),
  {
    encoding: 'windows-1255',
    // Five letters have a form of their own at the end of a word, and only there.
    word: /^(?:[א-ת](?<![םןףץ])\p{M}*)*[א-ת]\p{M}*$/u,
    proofs: [/[א-ת]\p{M}*[םןףץ]$/u],
    proofShare: 0.05,
    share: 0,
  },
  ...['windows-1256', 'iso-8859-6'].map(
    (encoding): Alphabet => ({
      encoding,
      // Two letters end a word and nothing else.
      word: /^(?:[ء-يـپچژگ](?<![ةى])\p{M}*)*[ء-يپچژگ]\p{M}*$/u,
      proofs: [/^[وبفكل]?ال/u],
      proofShare: 0.05,
      share: 0,
    }),
  ),
  {
    encoding: 'windows-874',
    // Marks and vowels stand at a consonant; what says a word again, or cuts it off, may stand alone.
    word: /^(?:[เ-ไ]?[ก-ฮ][ะ-ฺๅ็-๎]*|[ๆฯ])+$/u,
    proofs: [/[เ-ไ][ก-ฮ].*[ัิีึื่้]/u],
    proofShare: 0.05,
    share: 0,
  },
  ...central.flatMap(([letters, ...proofs]) => [
    latin('windows-1250', letters, ...proofs),
    latin('iso-8859-2', letters, ...proofs),
  ]),
  // In windows-1252 no sign has the byte of this letter.
  latin('windows-1250', 'áäčďéíĺľňóôŕšťúýž', /ť/),
  latin('windows-1254', 'çğıöşüâîû', /ı/),
]

const leastWords = 4
const leastRight = 0.95
/** What is looked at of a long text. */
const sampleBytes = 262_144

/** The text, and in which encoding it was read, where all that fit read the same; else undefined. */
export function readAlphabet(
  bytes: Buffer,
  read: (bytes: Buffer, encoding: string) => string | undefined,
): { readonly text: string; readonly encoding: string } | undefined {
  const sample = withoutMarkup(bytes.subarray(0, sampleBytes))
  const fitting = alphabets.flatMap((alphabet) => {
    const text = read(sample, alphabet.encoding)
    return text !== undefined && fits(text, alphabet) ? [{ text, encoding: alphabet.encoding }] : []
  })
  const [first] = fitting
  if (first === undefined || fitting.some(({ text }) => text !== first.text)) return undefined
  const text = read(bytes, first.encoding)
  return text === undefined ? undefined : { text, encoding: first.encoding }
}

/** What stands in tags, scripts and styles is ASCII in any language. */
function withoutMarkup(bytes: Buffer): Buffer {
  const pieces = bytes.toString('latin1').split(/<(?=\/?(?:script|style)\b)/i)
  const text = pieces.filter((piece) => !/^(?:script|style)/i.test(piece)).join(' ')
  return Buffer.from(text.replace(/<[^<>]*>/g, ' '), 'latin1')
}

function fits(text: string, { word, proofs, proofShare, share }: Alphabet): boolean {
  // In a wrong encoding, signs stand where letters should.
  if (/[\u0080-\u009f]/.test(text) || /\p{L}[^\p{ASCII}\p{L}\p{M}\p{N}\s’‘–—·]\p{L}/u.test(text)) return false
  const all = text.match(/[\p{L}\p{M}]+/gu) ?? []
  const words = all.filter((each) => /[^\p{ASCII}]/u.test(each))
  const right = words.filter((each) => word.test(each))
  return (
    words.length >= Math.max(leastWords, all.length * share) &&
    right.length >= words.length * leastRight &&
    proofs.every((proof) => right.filter((each) => proof.test(each)).length >= Math.max(1, words.length * proofShare))
  )
}
