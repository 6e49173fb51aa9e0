import { connect } from '@lancedb/lancedb'
import t from 'tap'
import { openTable } from '../../../function/table/open.ts'
import { failure } from '../../ollama.ts'
import { makeDamageable } from '../../running.ts'

t.test('a table without examples opens with none', async (t) => {
  const { table } = await makeDamageable(t, 'data/')
  const { manifest } = await openTable(table)
  const { examples, ...older } = manifest
  t.not(examples.length, 0)
  await (await connect(table)).createTable('manifest', [{ json: JSON.stringify(older) }], { mode: 'overwrite' })
  t.strictSame((await openTable(table)).manifest.examples, [])
})

t.test('a manifest that is newer, older, or none at all is named as such', async (t) => {
  const cases: Array<[string, RegExp]> = [
    [
      JSON.stringify({ formatVersion: 99 }),
      /has format 99; this version of ragfunction reads format 2\. Update ragfunction/,
    ],
    [
      JSON.stringify({ formatVersion: 1 }),
      /has format 1, and this version of ragfunction reads format 2\. Make it anew: npm run ingest -- FOLDER$/,
    ],
    [JSON.stringify({ formatVersion: 1, renewal: 'npm run ingest -- docs' }), /Make it anew: npm run ingest -- docs$/],
    [JSON.stringify({ formatVersion: 2 }), /was not made by this version/],
    ['not json', /its manifest cannot be read/],
  ]
  for (const [json, message] of cases) {
    const { table } = await makeDamageable(t, 'data/')
    await (await connect(table)).createTable('manifest', [{ json }], { mode: 'overwrite' })
    t.match(await failure(openTable(table)), { name: 'TableError', message })
  }
})
