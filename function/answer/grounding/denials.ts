// What a statement denies, and whether a passage says it without denying it, or the other way round.
import { createPattern } from '../../patterns.ts'

/** "Not only" denies nothing. */
const negator = createPattern(
  String.raw`(?<![\p{L}'’-])(?!(?:not|nicht|non|no) (?:only|just|merely|nur|seulement|solo|sólo)(?!\p{L}))(?:not|never|no(?!\.)|none|nor|neither|without|cannot|unable|\p{L}+n['’]t|nicht|nie|niemals|kein\p{L}*|ohne|weder|ne|pas|jamais|aucune?|sans|nunca|sin|ningún|ninguna?|mai|senza|не|нет|без|нельзя)(?![\p{L}_])|[不没沒無未]|ません|ない`,
  'gi',
)
/** Where what is denied follows the word that denies it. */
const before = createPattern(String.raw`^(?:not|never|no|none|nor|neither|without|cannot|unable|\p{L}+n['’]t)$`, 'i')
/** What says no in another way, and what may. */
const refusing = String.raw`un\p{L}{4,}|non-?\p{L}+|dis(?:abl|allow|card|connect)\p{L}*|in(?:valid|active|compatible|sufficient|complete|dependent|accessible)\p{L}*|im(?:possible|mutable)\p{L}*|(?:fail|lack|prevent|avoid|except|exclu|refus|reject|den[iy]|forbid|prohibit|ignor|skip|stop|drop|miss|block|cease|lose|lost)\p{L}*`
const limiting = 'only|instead|rather|too|few|less|free|zero|0|empty|against|false'
const refuses = createPattern(String.raw`(?<!\p{L})(?:${refusing})(?!\p{L})`, 'i')
/** A text that has neither of these nor a word that denies denies nothing. */
const saysNo = createPattern(String.raw`(?<!\p{L})(?:${refusing}|${limiting})(?!\p{L})`, 'i')
const wordWithin = createPattern(String.raw`[\p{L}\p{N}_]+(?:['’-][\p{L}\p{N}_]+)*`, 'g')
const hyphenated = createPattern(String.raw`[\p{L}\p{N}_]+(?:-[\p{L}\p{N}_]+)*`, 'g')
/** So many words of content after it may be meant. */
const denialReach = 3
const clauses = /[,;:—–()\n。，；：]|\.\s|\s(?:and|but|or|while|und|aber|oder|et|mais|y|pero)\s/iu
const opposites: ReadonlyArray<readonly [string, string]> = [
  ['minimum', 'maximum'],
  ['min', 'max'],
  ['least', 'most'],
  ['before', 'after'],
  ['enabled', 'disabled'],
  ['enable', 'disable'],
  ['enables', 'disables'],
  ['increase', 'decrease'],
  ['increases', 'decreases'],
  ['first', 'last'],
  ['above', 'below'],
  ['more', 'less'],
  ['always', 'never'],
  ['true', 'false'],
  ['allow', 'deny'],
  ['allowed', 'denied'],
  ['include', 'exclude'],
  ['includes', 'excludes'],
  ['inclusion', 'exclusion'],
  ['internal', 'external'],
  ['public', 'private'],
  ['required', 'optional'],
  ['add', 'remove'],
  ['start', 'stop'],
  ['earlier', 'later'],
  ['larger', 'smaller'],
  ['higher', 'lower'],
  ['synchronous', 'asynchronous'],
]

/** Whether one denies what the other says, or says the opposite of one of its words. */
export function opposes(statement: string, text: string): boolean {
  const own = wordsOf(statement)
  const other = wordsOf(text)
  for (const [a, b] of opposites) {
    for (const [mine, theirs] of [
      [a, b],
      [b, a],
    ] as const) {
      if (own.has(mine) && !own.has(theirs) && other.has(theirs) && !other.has(mine)) return true
    }
  }
  const claim = nameNegators(withoutReply(statement))
  const said = nameNegators(text)
  const [denier = ''] = claim.match(negator(claim)) ?? []
  if (before(denier).test(denier) && !isDenied(said) && !saysNo(said).test(said)) return true
  return denies(claim, said, true) || denies(said, claim, !isDenied(claim))
}

/** A statement without the yes or no that it begins with: what it claims comes after that. */
export function withoutReply(statement: string): string {
  return statement.replace(/^\s*(?:no|yes|nein|ja|non|oui),\s*/i, '')
}

/** In code `Never` is a name. */
function nameNegators(text: string): string {
  return text.replace(/`[^`\n]+`/g, (code) => code.replace(negator(code), (word) => `${word}_`))
}

/** Whether a heading says no to what stands under it. */
export function turnsRound(heading: string): boolean {
  return isDenied(heading) || refuses(heading).test(heading)
}

function isDenied(text: string): boolean {
  return text.search(negator(text)) !== -1
}

/**
 * Whether a clause of one text denies what the clause of the other that is most like it says. `anyWord`: also where that clause does
 * not have the word that is denied, and denies nothing.
 */
function denies(text: string, other: string, anyWord: boolean): boolean {
  const others = clausesOf(other).map((clause) => ({ clause, content: contentOf(clause) }))
  return clausesOf(text)
    .filter(isDenied)
    .some((clause) => {
      const said = contentOf(clause)
      const shared = others.map(({ content }) => said.intersection(content).size)
      const likeness = others.map(({ content }, at) => (shared[at] ?? 0) / Math.min(said.size, content.size || 1))
      const most = Math.max(0, ...likeness)
      if (said.size === 0 || most < 0.5) return false
      const longest = Math.max(...shared.filter((_, at) => likeness[at] === most))
      const [denied] = deniedIn(clause, 1)
      return others
        .filter((_, at) => likeness[at] === most && shared[at] === longest)
        .every(({ clause, content }) =>
          denied !== undefined && content.has(denied)
            ? !deniedIn(clause, denialReach).has(denied)
            : anyWord && !isDenied(clause),
        )
    })
}

/** The words of content that stand after one that denies, at most so many after each. */
function deniedIn(clause: string, reach: number): Set<string> {
  const found = new Set<string>()
  let left = 0
  const small = clause.toLowerCase()
  for (const [word] of small.matchAll(wordWithin(small))) {
    if (before(word).test(word)) left = reach
    else if (left > 0 && !functionWords.has(word)) {
      left -= 1
      found.add(toStem(word))
    }
  }
  return found
}

/** The parts of a sentence that say something of their own. */
export function clausesOf(text: string): string[] {
  return text.split(clauses).filter((clause) => clause.trim() !== '')
}

const functionWords = new Set(
  'a an the is are was were be been being to of in on at by for with from as it its this that these those which who can could may might must shall should will would do does did has have had if when than then so such there their they you your we our i not no and or but also only all any each other more most some into about over under between until while'.split(
    ' ',
  ),
)

function contentOf(clause: string): Set<string> {
  return new Set(
    [...wordsOf(clause.replace(negator(clause), ' '))].filter((word) => !functionWords.has(word)).map(toStem),
  )
}

function toStem(word: string): string {
  return word.slice(0, 6)
}

function wordsOf(text: string): Set<string> {
  const small = text.toLowerCase()
  return new Set(small.match(hyphenated(small)))
}
