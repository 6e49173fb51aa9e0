import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { modelPath, partOf } from '../../../function/embedding/model-file.ts'
import { createTokenizer } from '../../../function/embedding/word-pieces.ts'
import { root } from '../../running.ts'

const { offset, bytes } = partOf('vocabulary')
const tokenizer = createTokenizer(readFileSync(modelPath).subarray(offset, offset + bytes))

t.test("2,000 lines of many scripts become the reference tokenizer's tokens", async (t) => {
  const lines: Array<[string, number[]]> = JSON.parse(
    readFileSync(join(root, 'test/fixtures/embedding/lines.json'), 'utf8'),
  )
  t.equal(lines.length, 2000)
  const wrong = lines.filter(([line, ids]) => String(tokenizer.encode(line)) !== String(ids))
  t.strictSame(wrong, [])
})

t.test(
  'what fills a text is counted without its ends; a word that is not known counts as its characters',
  async (t) => {
    const cases = [
      ['', 0],
      ['pods', 1],
      ['What is Kubernetes?', 7],
      ['naïve Café', 2],
      ['豆荚是什么', 5],
      ['มนุษย์ทั้งหลาย', 10],
      ['x'.repeat(150), 150],
    ] as const
    for (const [text, count] of cases) t.equal(tokenizer.count(text), count, text)
    for (const [text] of cases) t.ok(tokenizer.encode(text).length - 2 <= tokenizer.count(text), text)
  },
)
