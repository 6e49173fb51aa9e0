import t from 'tap'
import { extract as extractWhole, toSentences } from '../../../function/answer/extract.ts'
import type { Passage } from '../../../function/retrieval/passages.ts'

const passage = (text: string): Passage => ({
  id: 'a.md#0',
  source: 'a.md',
  title: 'A',
  heading: '',
  position: 0,
  page: null,
  text,
  score: 1,
  bm25: 1,
  similarity: null,
})
const stopWords = new Set(['what', 'is', 'a', 'the', 'of', 'how', 'do', 'i', 'an'])
const tokenize = async (texts: readonly string[]): Promise<string[][]> =>
  texts.map((text) => (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter((word) => !stopWords.has(word)))

/** The quotations, each with its citation. */
const extract = async (...given: Parameters<typeof extractWhole>): Promise<string[]> =>
  (await extractWhole(...given)).pieces.map((piece) => piece.replace(/^\n/, ''))

t.test('the sentence that answers is quoted word for word, with its citation', async (t) => {
  const passages = [
    passage('Clusters are large. A pod is a group of containers. Other things exist.'),
    passage('Nodes are machines.'),
  ]
  t.strictSame(await extract('What is a pod?', passages, tokenize), ['A pod is a group of containers. [1]'])
})

t.test('sentences from several passages come in the order of the passages', async (t) => {
  const passages = [passage('Scale a pod with kubectl scale.'), passage('To scale a pod, edit replicas.')]
  t.strictSame(await extract('How do I scale a pod?', passages, tokenize), [
    'Scale a pod with kubectl scale. [1]',
    'To scale a pod, edit replicas. [2]',
  ])
})

t.test('a heading in a passage is not quoted beside the sentence that answers', async (t) => {
  const text =
    'A pod is a group of containers.\n\nWhat the containers of a pod share\n\nThey reach each other at localhost.'
  t.strictSame(await extract('What is a pod?', [passage(text)], tokenize), ['A pod is a group of containers. [1]'])
  t.strictSame(
    await extract('What is a pod?', [passage('The pod')], tokenize),
    ['The pod [1]'],
    'where nothing else is there, it speaks',
  )
})

t.test('a code block is quoted whole, its citation on a line of its own', async (t) => {
  const code = '```bash\nkubectl scale deployment web\n```'
  t.strictSame(await extract('kubectl scale deployment', [passage(code)], tokenize), [`${code}\n[1]`])
})

t.test('where no sentence shares a word with the question, the best passage still speaks', async (t) => {
  t.strictSame(await extract('Unrelated?', [passage('First sentence. Second.')], tokenize), ['First sentence. [1]'])
  t.strictSame(await extract('Anything?', [], tokenize), [])
})

t.test('text is cut into what can be quoted', async (t) => {
  const text =
    'One. Two!\n\n- item one\n- item two\n  goes on\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```\ncode. more\n\ncode\n```\n\n1. first\n2. second\n\n---'
  t.strictSame(toSentences(text), [
    'One.',
    'Two!',
    'item one',
    'item two\n  goes on',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    '```\ncode. more\n\ncode\n```',
    'first',
    'second',
  ])
})

t.test('a citation says where the quotation and its marker stand in the answer', async (t) => {
  const passages = [passage('Scale a pod with kubectl scale.'), passage('To scale a pod, edit replicas.')]
  const { pieces, citations } = await extractWhole('How do I scale a pod?', passages, tokenize)
  const answer = pieces.join('')
  t.strictSame(
    citations.map(({ start, end }) => answer.slice(start, end)),
    ['Scale a pod with kubectl scale.', 'To scale a pod, edit replicas.'],
  )
  t.strictSame(
    citations.map(({ marker }) => answer.slice(marker.start, marker.end)),
    [' [1]', ' [2]'],
  )
})
