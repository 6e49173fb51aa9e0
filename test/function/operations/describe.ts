import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../../function/config.ts'
import { createDescribe } from '../../../function/operations/describe.ts'
import { manifest } from '../../fixtures/manifest.ts'
import { nowhere } from '../../running.ts'

const config = readConfig({ OLLAMA_HOST: nowhere, GENERATOR: 'extractive' })
const embedding = {
  engine: 'built-in',
  model: 'all-MiniLM-L6-v2',
  dimension: 384,
  documentPrefix: '',
  queryPrefix: '',
} as const

t.test('a built-in model that is missing or damaged is a degradation', async (t) => {
  const folder = t.testdir({ 'damaged.bin': 'x' })
  const degraded = async (path?: string): Promise<readonly string[]> =>
    (await createDescribe(config, { ...manifest, embedding }, path)()).degraded
  t.strictSame(await degraded(), [])
  t.match(await degraded(join(folder, 'none.bin')), [/^Questions cannot be embedded.*words alone\. .*is missing/])
  t.match(await degraded(join(folder, 'damaged.bin')), [/^Questions cannot be embedded.*has 1 bytes instead of/])
})
