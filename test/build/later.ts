import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import { bundleLater, later, toFile } from '../../build/later.ts'
import { root } from '../running.ts'

t.test('each is a file that loads by itself', async (t) => {
  const folder = t.testdir()
  await bundleLater(folder, root)
  for (const [name, entry] of Object.entries(later)) {
    const file = join(folder, toFile(name))
    t.ok(existsSync(file), name)
    t.ok(Object.keys(createRequire(import.meta.url)(file)).length > 0, `${name} exports something`)
    t.ok(existsSync(join(root, entry)) || readFileSync(join(root, 'package.json'), 'utf8').includes(`"${name}"`), entry)
    t.notMatch(readFileSync(file, 'utf8'), /require\("@/, 'nothing is loaded from node_modules')
  }
})
