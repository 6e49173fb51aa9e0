import t from 'tap'
import { createFit } from '../../../function/answer/fit.ts'
import { OllamaError } from '../../../function/errors.ts'

const toTest = (content: string, estimatedTokens = 1000) => ({
  messages: [{ role: 'user', content }],
  maxAnswerTokens: 1024,
  estimatedTokens,
  read: new Set<number>(),
})
const prompt = toTest('word '.repeat(700))
const tooLong = (prompt: number, context: number) =>
  new OllamaError('input-too-long', 'too long', { tokens: { prompt, context } })

t.test('what Ollama counted corrects the estimate', async (t) => {
  const fit = createFit(4096)
  t.equal(fit.counted(750, prompt), undefined)
  t.equal(fit.room().factor, 1)
  t.equal(fit.counted(1300, prompt), undefined)
  t.equal(fit.room().factor, 1.3)
  t.equal(fit.counted(undefined, prompt), undefined)
  fit.counted(900, prompt)
  t.ok(fit.room().factor > 1.15 && fit.room().factor < 1.25, 'and what is counted later lowers it again, slowly')
  t.equal(fit.room().numCtx, 4096)
})

t.test('a prompt that was cut is said, and the next is shorter', async (t) => {
  const fit = createFit(4096)
  t.match(fit.counted(512, prompt), /read 512 tokens of some 1000/)
  t.equal(fit.room().numCtx, 1024)
  fit.counted(1500, prompt)
  t.equal(fit.room().numCtx, 1500, 'a count above it lifts it')
})

t.test('a text of which few tokens are made was not cut', async (t) => {
  const fit = createFit(4096)
  t.equal(fit.counted(260, toTest(`What is a pod in Kubernetes? ${'哈'.repeat(1900)}`, 2269)), undefined)
  t.equal(fit.counted(300, toTest('日本語の文です。'.repeat(200), 1600)), undefined)
  t.equal(fit.counted(300, toTest(`pods ${'='.repeat(2000)}`, 2001)), undefined)
  t.equal(fit.counted(40, prompt), undefined, 'nor one of which the most was cached')
  t.equal(fit.room().numCtx, 4096)
})

t.test('a cut is not believed for ever, and each further one for longer', async (t) => {
  const fit = createFit(4096)
  const untilLifted = (): number => {
    fit.counted(512, prompt)
    let asked = 0
    while (fit.room().numCtx < 4096) {
      fit.counted(750, prompt)
      asked += 1
    }
    return asked
  }
  t.strictSame([untilLifted(), untilLifted()], [8, 16])
})

t.test('a prompt that was refused teaches the context and the factor', async (t) => {
  const fit = createFit(4096)
  t.strictSame(fit.refused(tooLong(1200, 1024), prompt), { numCtx: 1024, factor: 1.2 })
  t.strictSame(fit.room(), { numCtx: 1024, factor: 1.2 })
  t.equal(fit.refused(tooLong(1200, 1024), prompt), undefined, 'nothing new is in it')
  t.ok(Math.abs((fit.refused(new OllamaError('input-too-long', 'too long'), prompt)?.factor ?? 0) - 1.8) < 0.001)
  t.equal(fit.refused(new OllamaError('busy', 'busy'), prompt), undefined)
  t.equal(fit.refused(new Error('else'), prompt), undefined)
})

t.test('an odd prompt is made as short as it must be, and the next caller loses little by it', async (t) => {
  const fit = createFit(4096)
  t.strictSame(fit.refused(tooLong(9000, 4096), prompt), { numCtx: 4096, factor: 9 })
  t.strictSame(fit.room(), { numCtx: 4096, factor: 1.6 })
  fit.counted(9000, prompt)
  t.equal(fit.room().factor, 1.6)
})
