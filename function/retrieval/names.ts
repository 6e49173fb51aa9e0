const innerCapital = /(?<=\p{Ll})(?=\p{Lu})/gu

/** The parts of every camelCase word in a text: `minScale` is found as "min scale" too. What stands between punctuation, full-text search splits by itself. */
export function identifierParts(text: string): string {
  const identifiers = text.match(/\p{L}*\p{Ll}\p{Lu}\p{L}*/gu) ?? []
  return [...new Set(identifiers)].map((identifier) => identifier.replace(innerCapital, ' ')).join(' ')
}

const trimmed = /^[^\p{L}\p{N}-]+|[^\p{L}\p{N}]+$/gu
/** What a person brings along and no document needs to hold: host names and addresses of their own, times of day. */
const ownValue = /^([\w-]+\.)+(com|org|net|io)$|@|^\d{1,2}(:\d\d)?(am|pm)?$/i

/**
 * What a question names: words with digits, inner capitals or inner punctuation (`HTTP/3`, `vCPU`, `config.yaml`), flags, and
 * runs of capitalised words after the first of a sentence ("Windows Server"). Empty for scripts without capitals.
 */
export function namesIn(question: string): string[] {
  const names: string[] = []
  for (const sentence of question.split(/(?<=[.?!;:])\s+/)) {
    let run: string[] = []
    const words = sentence.split(/\s+/)
    // Capitals say nothing in a title or in a shout.
    const shouted = words.length > 4 && words.filter((word) => /^\P{Ll}/u.test(word)).length > words.length * 0.6
    for (const [index, raw] of [...words, ''].entries()) {
      const word = raw.replace(trimmed, '')
      const capitalised = /^\p{Lu}/u.test(word) && index > 0 && !shouted && !/^I('|’|$)/.test(word)
      if (capitalised) run.push(word)
      if (run.length > 0 && (!capitalised || /[,;:.?!)]$/.test(raw))) {
        names.push(run.join(' '))
        run = []
      }
      if (!capitalised && !shouted && isIdentifier(word)) names.push(word)
    }
  }
  return [...new Set(names)].filter((name) => !ownValue.test(name))
}

function isIdentifier(word: string): boolean {
  return (
    /\d/.test(word) ||
    /^--\p{L}/u.test(word) ||
    /\p{Ll}\p{Lu}|\p{Lu}{2}/u.test(word) ||
    /[\p{L}\p{N}][./_:=][\p{L}\p{N}]/u.test(word)
  )
}
