import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { TableError } from '../../../function/errors.ts'
import { ensureTemporaryFolder } from '../../../function/table/temporary.ts'
import { makeTable, nowhere, onePage, root, run, startFunction } from '../../running.ts'

const nobody = join(t.testdir(), 'not-there')

t.test("the first folder that can be written to is LanceDB's, and is left as it was", async (t) => {
  const folder = t.testdir()
  const before = tmpdir()
  ensureTemporaryFolder([nobody, folder])
  t.equal(tmpdir(), folder)
  t.strictSame(readdirSync(folder), [])
  ensureTemporaryFolder([before])
  t.equal(tmpdir(), before)
})

t.test('where there is none, it says so', async (t) => {
  t.throws(() => ensureTemporaryFolder([nobody, '/proc']), {
    name: TableError.name,
    message: `LanceDB needs a temporary folder, and ${nobody} and /proc cannot be written to. Mount an emptyDir at /tmp, or name a folder in TMPDIR.`,
  })
})

t.test(
  'without a usual temporary folder the function starts and answers',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const table = join(t.testdir({ docs: onePage }), 'table')
    await makeTable(join(table, '..', 'docs'), table)
    const { url } = await startFunction(t, { TABLE_URI: table, OLLAMA_HOST: nowhere, TMPDIR: nobody })
    t.equal((await fetch(`${url}/search?q=Kubernetes`)).status, 200)
  },
)

t.test('an ingest too says what it lacks, and does not abort', { skip: process.platform !== 'linux' }, async (t) => {
  const table = join(t.testdir({ docs: onePage }), 'table')
  const { exited } = run(t, [join(root, 'index/cli.ts'), join(table, '..', 'docs')], {
    TABLE_URI: table,
    EMBEDDING_MODEL: 'none',
    TMPDIR: nobody,
  })
  t.equal(await exited, 0, 'shared memory does')
})
