import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { modelBytes } from '../../../function/embedding/model-file.ts'
import { verifyModel } from '../../../function/embedding/verify.ts'
import { ModelFileError } from '../../../function/errors.ts'
import { failure } from '../../ollama.ts'

t.test('the file in the repository is the one that this version was made with', async () => {
  await verifyModel()
})

t.test('a file of the right length with other contents is not', async (t) => {
  const changed = join(t.testdir({}), 'changed')
  writeFileSync(changed, '')
  truncateSync(changed, modelBytes)
  const error = await failure(verifyModel(changed))
  t.type(error, ModelFileError)
  t.match(String(error), 'all-MiniLM-L6-v2.bin has been changed')
  t.match(await failure(verifyModel(join(t.testdirName, 'none'))), { message: /is missing/ })
})
