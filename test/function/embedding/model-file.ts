import { open } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { findModel, modelPath, partOf, readPart, readVocabulary } from '../../../function/embedding/model-file.ts'
import { ModelFileError } from '../../../function/errors.ts'
import { failure } from '../../ollama.ts'

t.test('the file in the repository is found, and has a vocabulary', async (t) => {
  findModel(modelPath)
  t.match(new TextDecoder().decode(readVocabulary().subarray(0, 6)), '[PAD]\n')
})

t.test(
  'a missing or shorter file is named, with what mends it; where it was looked for is not for callers',
  async (t) => {
    const folder = t.testdir({ pointer: 'version https://git-lfs.github.com/spec/v1\n' })
    const cases = [
      ['none', 'all-MiniLM-L6-v2.bin is missing'],
      ['pointer', 'all-MiniLM-L6-v2.bin has 43 bytes instead of'],
    ] as const
    for (const [name, message] of cases) {
      const error = await failure(Promise.resolve().then(() => findModel(join(folder, name))))
      t.type(error, ModelFileError)
      t.match(String(error), message)
      t.match(String(error), 'EMBEDDING_MODEL')
      t.notMatch(String(error), folder)
      t.match(error, { cause: { message: join(folder, name) } })
    }
  },
)

t.test('parts follow each other, each at a multiple of 16', async (t) => {
  t.equal(partOf('vocabulary').offset, 0)
  t.equal(partOf('words').offset % 16, 0)
  t.ok(partOf('words').offset >= partOf('vocabulary').bytes)
  t.throws(() => partOf('none'), 'has no part none')
})

t.test('a part that reaches beyond the end is an error', async (t) => {
  const file = await open(modelPath)
  t.throws(() => readPart(file.fd, { offset: 23_289_930, bytes: 100 }), 'ends before its end')
  await file.close()
})
