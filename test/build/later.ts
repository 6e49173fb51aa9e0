import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import t from 'tap'
import { bundleLater, later, readWhenUsed, toFile } from '../../build/later.ts'
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

t.test('what Node brings itself is the same when it is loaded late', async (t) => {
  const folder = t.testdir({
    'entry.cjs': `const assert = require('assert'), { createHash } = require('node:crypto')
exports.hash = () => createHash('sha256').update('a').digest('hex')
exports.hold = (value) => assert(value, 'it must hold')
exports.equal = (a, b) => assert.strictEqual(a, b)`,
  })
  const outfile = join(folder, 'out.cjs')
  const entryPoints = [join(folder, 'entry.cjs')]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', plugins: [readWhenUsed] })
  t.notMatch(readFileSync(outfile, 'utf8'), /require\("/)
  const { hash, hold, equal } = createRequire(import.meta.url)(outfile)
  t.match(hash(), /^ca978112ca1b/)
  t.doesNotThrow(() => hold(1))
  t.throws(() => hold(0), { name: 'AssertionError', message: 'it must hold' })
  t.throws(() => equal(1, 2), { name: 'AssertionError' })
})
