import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openEncoder } from '../../../function/embedding/encoder.ts'
import { maxTokens, modelPath, width } from '../../../function/embedding/model-file.ts'
import { root } from '../../running.ts'

const fixtures = join(root, 'test/fixtures/embedding')
const encoder = openEncoder(modelPath)

t.test("the vectors of 200 texts are the original model's", async (t) => {
  const texts: string[] = JSON.parse(readFileSync(join(fixtures, 'texts.json'), 'utf8'))
  const vectors = readFileSync(join(fixtures, 'vectors.bin'))
  t.equal(texts.length, 200)
  t.ok(texts.some((text) => encoder.tokenizer.encode(text).length > maxTokens))
  const cosines = texts
    .map((text, index) => {
      const original = Array.from({ length: width }, (_, column) => vectors.readInt16LE((index * width + column) * 2))
      const dot = encoder.embed(text).reduce((sum, value, column) => sum + value * (original[column] ?? 0), 0)
      return dot / Math.hypot(...original)
    })
    .sort((a, b) => a - b)
  t.ok((cosines[0] ?? 0) >= 0.995, `at least ${cosines[0]}`)
  t.ok((cosines[100] ?? 0) >= 0.999, `in the median ${cosines[100]}`)
})

t.test('a vector has length 1, and what was embedded before leaves no trace in it', async (t) => {
  const first = encoder.embed('What is Kubernetes?')
  t.ok(Math.abs(Math.hypot(...first) - 1) < 1e-6)
  encoder.embed('pods '.repeat(400))
  t.strictSame(encoder.embed('What is Kubernetes?'), first)
})

t.test('a text is cut after 256 tokens', async (t) => {
  t.strictSame(encoder.embed(`${'pods '.repeat(254)} what else`), encoder.embed('pods '.repeat(254)))
})
