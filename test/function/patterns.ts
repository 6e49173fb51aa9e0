import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createPattern } from '../../function/patterns.ts'

const root = join(import.meta.dirname, '../..')
/** A sign of each kind that stands in plain text. */
const signs = '–“”’…→€©•×'

/** The files whose patterns have twins. */
async function sources(): Promise<string[]> {
  const files = ['function', 'index'].map(async (folder) =>
    (await readdir(join(root, folder), { recursive: true })).map((file) => join(root, folder, file)),
  )
  return (await Promise.all(files))
    .flat()
    .filter((file) => file.endsWith('.ts') && !file.endsWith('function/patterns.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .filter((code) => code.includes('createPattern('))
}

const written = /createPattern\(\s*String\.raw`((?:[^`$]|\$(?!\{))*)`(?:,\s*'(\w*)')?,?\s*\)/g

/** The lines of the documents that come with the project, as they are and with their words in other orders, cases and signs. */
async function lines(): Promise<string[]> {
  const files = (await readdir(join(root, 'documents'), { recursive: true })).filter((file) => file.endsWith('.md'))
  const documents = files.flatMap((file) => readFileSync(join(root, 'documents', file), 'utf8').split('\n'))
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const characters = [...signs, ...Array.from({ length: 95 }, (_, code) => String.fromCharCode(32 + code)), '\n', '\t']
  const made = Array.from({ length: 3000 }, (_, at) =>
    Array.from({ length: 40 }, () =>
      at % 2 === 0
        ? characters[random(characters.length)]
        : (documents[random(documents.length)]?.split(' ')[random(6)] ?? ''),
    ).join(at % 4 < 2 ? '' : ' '),
  )
  return [...documents, ...made, ...made.map((line) => line.toUpperCase())]
}

t.test('the twin of each pattern finds in plain text what the pattern finds', async (t) => {
  const patterns = (await sources()).flatMap((code) =>
    [...code.matchAll(written)].map(([, source = '', flags = '']) => [source, flags] as const),
  )
  const texts = await lines()
  t.ok(patterns.length > 20 && texts.length > 5000, `${patterns.length} patterns, ${texts.length} lines`)
  for (const [source, flags] of patterns) {
    const pattern = createPattern(source, flags)
    const unicode = new RegExp(source, `${flags.replace('g', '')}gu`)
    let plain = 0
    const other = texts.find((text) => {
      const chosen = pattern(text)
      if (chosen.unicode) return false
      plain += 1
      const found = text.matchAll(new RegExp(chosen.source, `${flags.replace('g', '')}g`))
      return JSON.stringify([...found].map(toPlace)) !== JSON.stringify([...text.matchAll(unicode)].map(toPlace))
    })
    t.equal(other, undefined, source)
    t.ok(plain > texts.length / 2, `of ${texts.length} lines ${plain} are plain`)
  }
})

function toPlace(found: RegExpExecArray): unknown {
  return [found.index, ...found]
}

t.test('each character that counts as plain is in the same classes for both', async (t) => {
  const names = new Set(
    (await sources()).flatMap((code) => [...code.matchAll(/\\p\{([^}]+)\}/g)].map(([, name = '']) => name)),
  )
  t.ok(names.size > 10, [...names].join(' '))
  for (const name of names) {
    const inside = createPattern(String.raw`[_\p{${name}}]`)
    const outside = createPattern(String.raw`\p{${name}}`)
    const unicode = new RegExp(String.raw`\p{${name}}`, 'u')
    for (let code = 0; code < 0x10000; code += 1) {
      const text = String.fromCharCode(code)
      if (outside(text).unicode) continue
      const is = unicode.test(text)
      if (outside(text).test(text) !== is || (text !== '_' && inside(text).test(text) !== is))
        t.fail(`U+${code.toString(16)} is ${is ? '' : 'not '}in ${name}`)
    }
    t.notOk(outside('a–b').unicode)
    t.ok(outside('é').unicode && outside('日').unicode && outside('\u0301').unicode && outside('\ufeff').unicode)
  }
})

t.test('a pattern that would have another twin is refused', async (t) => {
  for (const source of [String.raw`\p{P}`, String.raw`\P{L}`, String.raw`\u{1f600}`, String.raw`\p{scx=Latin}`])
    t.throws(() => createPattern(source), RangeError, source)
})
