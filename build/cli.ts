import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { startFlags, warm } from './warm.ts'

const help = `Makes dist/: the function as one file, with a compile cache of a first start and a first answer beside it.

  npm run build

  --help              this text

Where there is no table in ./table, it is made from documents/; at another TABLE_URI it must be there. Start it:

  npx node ${startFlags.join(' ')} dist/index.cjs
`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const root = join(import.meta.dirname, '..')
  const folder = join(root, 'dist')
  const { status } = spawnSync(process.execPath, [join(root, 'index/cli.ts'), '--if-missing'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('Nothing was built: there is no table to ask it a first question of.')
  const bytes = await bundle(folder)
  await warm(folder, process.env)
  console.log(`${join(folder, 'index.cjs')}: ${(bytes / 1e6).toFixed(1)} MB of code, and its compile cache`)
}

await main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\nSee npm run build -- --help.`)
  process.exitCode = 1
})
