import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findModel, modelBytes, modelPath, partOf, verifyModel } from '../../../function/embedding/model-file.ts'
import { ModelFileError } from '../../../function/errors.ts'
import { failure } from '../../ollama.ts'

t.test('the file in the repository is the one that this version was made with', async () => {
  findModel(modelPath)
  await verifyModel()
})

t.test(
  'a missing, shorter or changed file is named, with what mends it; where it was looked for is not for callers',
  async (t) => {
    const folder = t.testdir({ pointer: 'version https://git-lfs.github.com/spec/v1\n' })
    const changed = join(folder, 'changed')
    writeFileSync(changed, '')
    truncateSync(changed, modelBytes)
    const cases = [
      ['none', 'all-MiniLM-L6-v2.bin is missing'],
      ['pointer', 'all-MiniLM-L6-v2.bin has 43 bytes instead of'],
      ['changed', 'all-MiniLM-L6-v2.bin has been changed'],
    ] as const
    for (const [name, message] of cases) {
      const error = await failure(verifyModel(join(folder, name)))
      t.type(error, ModelFileError)
      t.match(String(error), message)
      t.match(String(error), 'EMBEDDING_MODEL')
      t.notMatch(String(error), folder)
      t.match(error, { cause: { message: join(folder, name) } })
    }
    t.throws(() => findModel(join(folder, 'pointer')), ModelFileError)
  },
)

t.test('parts follow each other, each at a multiple of 16', async (t) => {
  t.equal(partOf('vocabulary').offset, 0)
  t.equal(partOf('words').offset % 16, 0)
  t.ok(partOf('words').offset >= partOf('vocabulary').bytes)
  t.throws(() => partOf('none'), 'has no part none')
})
