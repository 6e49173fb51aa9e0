import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import { bundleLater, later } from '../../build/later.ts'
import { root } from '../running.ts'

t.test('each package is a file that loads by itself', async (t) => {
  const folder = t.testdir()
  await bundleLater(folder, root)
  for (const name of later) {
    const file = join(folder, `${name.replace(/^@/, '').replaceAll('/', '-')}.cjs`)
    t.ok(existsSync(file), name)
    t.ok(Object.keys(createRequire(import.meta.url)(file)).length > 0, `${name} exports something`)
    t.match(readFileSync(join(root, 'package.json'), 'utf8'), `"${name}"`)
  }
})
