// The list of sources that some models append: what each statement stands on is marked where it stands, so the list goes.

import { endsInFence, toFence } from '../code.ts'
import { closers } from '../sentence-ends.ts'

/** Takes text piece by piece and gives it back without such a list. */
export interface References {
  readonly push: (text: string) => string
  readonly end: () => string
}

const labels = [
  ...['source', 'sources', 'sources used', 'sources cited', 'reference', 'references', 'citation', 'citations'],
  ...['passage', 'passages', 'passages used', 'passages cited', 'used passages', 'cited passages', 'relevant passages'],
  ...['quelle', 'quellen', 'quellenangabe', 'quellenangaben', 'références', 'référence', 'fuente', 'fuentes'],
  ...[
    'referencias',
    'fonte',
    'fonti',
    'bron',
    'bronnen',
    'источник',
    'источники',
    '参考',
    '参考文献',
    '来源',
    '來源',
    '出典',
  ],
]
/** Where a line or a sentence begins, with the mark of a heading and emphasis. */
const begins = `(?<=\\n|[\\p{Sentence_Terminal}…][${closers}*_]*[ \\t]|(?![.!?])\\p{Sentence_Terminal})[ \\t]*(?:#{1,6}[ \\t]+)?[*_]{0,3}`
const opening = new RegExp(`${begins}(?:${labels.join('|')})[*_]{0,3}[ \\t]*(?:[:：][*_]{0,3}|(?=\\n))`, 'giu')
/** It is looked for in so many of the last characters. */
const longestOpening = 80
/** What may be its first letters. */
const begun = new RegExp(`${begins.replace('+)?', '*)?')}(?<word>[\\p{L} ]*)[*_]{0,3}[ \\t]*$`, 'iu')
const entry =
  /^\s*(?:[-*+•]\s*|\d{1,3}[.)]\s*)?[*_"'`(]{0,3}(?:[[【［(]\s*(?:\p{L}+\s*)?#?\d{1,2}\b|(?:passages?|sources?|documents?|quellen?|abschnitte?|dokumente?)\s*#?\d|\d{1,2}(?:\s*[,;&]\s*\d{1,2})*\s*[*_.)]*$|https?:\/\/|<passage|[\p{L}\p{N}._/-]+\.(?:mdx?|html?|pdf|txt|docx?|rst|adoc|csv|xlsx|pptx|epub|ipynb|org)\b)/iu

/** Where a link of Markdown is defined, or a footnote, on a line of its own: [1]: https://a.example, [1] overview.md, [^1]: The overview. */
const target = '(?:<?https?://\\S+|[\\w./-]+\\.\\w{2,5})'
const definition = new RegExp(
  `^[ \\t]*\\[(?:\\^\\d{1,3}\\]:|\\d{1,3}\\]:?[ \\t]*${target}(?:[ \\t]+["'(][^\\n]*["')]\\.?)?[ \\t]*\\n?$)`,
)
/** As far as the line has come, it may become one. */
const mayDefine = new RegExp(
  `^[ \\t]*(?:\\[(?:\\^?\\d{0,3}|\\^?\\d{1,3}\\](?::[^\\n]*|[ \\t]*\\S*|[ \\t]*${target}[ \\t]+(?:["'(][^\\n]*)?)?))?$`,
)

/** Drops such lines; what may still become one waits for its end. */
function createDefinitions(): References {
  let line = ''
  let fence: string | undefined
  const close = (): string => {
    const out = fence === undefined && definition.test(line) ? '' : line
    fence = toFence(fence, line.trimEnd())
    line = ''
    return out
  }
  let sent = 0
  return {
    push(more) {
      let out = ''
      for (const piece of more.split(/(?<=\n)/)) {
        line += piece
        const open = !line.endsWith('\n')
        if (open && fence === undefined && mayDefine.test(line)) continue
        const from = sent
        sent = open ? line.length : 0
        out += open ? line.slice(from) : close().slice(from)
      }
      return out
    },
    end() {
      const from = sent
      sent = 0
      return close().slice(from)
    },
  }
}

export function createReferences(): References {
  let text = ''
  /** How much of it was given back, and from where on a list may begin. */
  let sent = 0
  let from = 0

  const give = (until: number): string => {
    const out = text.slice(sent, until)
    sent = Math.max(sent, until)
    return out
  }

  /** Where a list begins, if what is known of it is one. */
  function find(final: boolean): number | undefined {
    for (;;) {
      opening.lastIndex = from
      const found = opening.exec(text)
      if (found === null) {
        from = Math.max(from, text.length - longestOpening)
        return undefined
      }
      const end = found.index + found[0].length
      const lines = text.slice(end).split('\n')
      const known = final ? lines : lines.slice(0, -1)
      const before = text.slice(0, found.index)
      // An answer that is nothing else is left as it is.
      const follows = before.trim() !== '' && !endsInFence(before)
      if (follows && known.every((line) => line.trim() === '' || entry.test(line))) return found.index
      from = end
    }
  }

  const definitions = createDefinitions()

  return {
    push(more) {
      text += definitions.push(more)
      const list = find(false)
      if (list !== undefined) return give(list)
      const last = Math.max(0, text.length - longestOpening)
      const { index, groups } = begun.exec(text.slice(last)) ?? {}
      const word = groups?.word?.trim().toLowerCase() ?? ''
      return give(index !== undefined && labels.some((label) => label.startsWith(word)) ? last + index : text.length)
    },
    end() {
      text += definitions.end()
      return give(find(true) ?? text.length)
    },
  }
}
