import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { createBuiltIn } from '../../../function/embedding/built-in.ts'
import { openEncoder } from '../../../function/embedding/encoder.ts'
import { modelPath } from '../../../function/embedding/model-file.ts'
import { CallerGoneError, ModelFileError } from '../../../function/errors.ts'
import { failure } from '../../ollama.ts'
import { root } from '../../running.ts'

const never = new AbortController().signal

t.test('texts become vectors in their order, whatever the number of threads', async (t) => {
  const { embed } = openEncoder(modelPath)
  const texts = ['one', 'pods '.repeat(300), 'three', 'What is Kubernetes?', 'one']
  const wanted = texts.map((text) => [...embed(text)])
  for (const threads of [1, 3]) {
    const builtIn = createBuiltIn({ threads })
    t.teardown(builtIn.close)
    t.strictSame(await builtIn.embed(texts, never), wanted)
  }
})

t.test('a caller who leaves is not embedded; those behind are', async (t) => {
  const builtIn = createBuiltIn()
  t.teardown(builtIn.close)
  const leaving = new AbortController()
  const first = builtIn.embed(['pods '.repeat(300)], never)
  const gone = builtIn.embed(['two'], leaving.signal)
  const behind = builtIn.embed(['three'], never)
  leaving.abort(new CallerGoneError('gone'))
  await t.rejects(gone, CallerGoneError)
  t.equal((await first).length, 1)
  t.equal((await behind).length, 1)
  await t.rejects(builtIn.embed(['two'], leaving.signal), CallerGoneError)
})

t.test('without its file every question is told so, and the next looks again', async (t) => {
  const folder = t.testdir({})
  const builtIn = createBuiltIn({ path: join(folder, 'none') })
  t.throws(builtIn.warm, ModelFileError)
  for (let question = 0; question < 2; question += 1)
    t.type(await failure(builtIn.embed(['one', 'two'], never)), ModelFileError)
})

t.test('a thread that ends fails the text it had, and another takes its place', async (t) => {
  const builtIn = createBuiltIn()
  t.teardown(builtIn.close)
  builtIn.warm()
  builtIn.warm()
  const lost = builtIn.embed(['pods '.repeat(300)], never)
  await builtIn.close()
  t.match(await failure(lost), { message: /has ended/ })
  t.equal((await builtIn.embed(['one'], never)).length, 1)
})

t.test('a thread that is warm keeps no process alive', async (t) => {
  const code = `import { createBuiltIn } from './function/embedding/built-in.ts'
    const builtIn = createBuiltIn()
    builtIn.warm()
    const [vector] = await builtIn.embed(['one'], new AbortController().signal)
    console.log(vector.length)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { cwd: root })
  let said = ''
  child.stdout.on('data', (data) => (said += data))
  t.strictSame(await once(child, 'exit'), [0, null])
  t.equal(said, '384\n')
})
