import t from 'tap'
import { createFit } from '../../../function/answer/fit.ts'
import { OllamaError } from '../../../function/errors.ts'

const prompt = { messages: [], maxAnswerTokens: 1024, estimatedTokens: 1000, read: new Set<number>() }

t.test('what Ollama counted corrects the estimate, upwards alone', async (t) => {
  const fit = createFit(4096)
  t.equal(fit.counted(750, prompt), undefined)
  t.equal(fit.factor(), 1)
  t.equal(fit.counted(1300, prompt), undefined)
  t.equal(fit.factor(), 1.3)
  t.equal(fit.counted(undefined, prompt), undefined)
  t.equal(fit.numCtx(), 4096)
})

t.test('a prompt that was cut is said, and the next is shorter', async (t) => {
  const fit = createFit(4096)
  t.match(fit.counted(256, prompt), /read 256 tokens of some 1000/)
  t.equal(fit.numCtx(), 512)
})

t.test('a prompt that was refused teaches the context and the factor', async (t) => {
  const fit = createFit(4096)
  const tokens = { prompt: 1200, context: 1024 }
  t.equal(fit.refused(new OllamaError('input-too-long', 'too long', { tokens }), prompt), true)
  t.strictSame([fit.numCtx(), fit.factor()], [1024, 1.2])
  t.equal(fit.refused(new OllamaError('input-too-long', 'too long', { tokens }), prompt), false, 'nothing new is in it')
  t.equal(fit.refused(new OllamaError('input-too-long', 'too long'), prompt), true)
  t.ok(Math.abs(fit.factor() - 1.8) < 0.001)
  t.equal(fit.refused(new OllamaError('busy', 'busy'), prompt), false)
  t.equal(fit.refused(new Error('else'), prompt), false)
})
