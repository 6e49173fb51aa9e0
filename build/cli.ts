import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './bundle.ts'
import { warm } from './warm.ts'

const help = `Makes dist/: the function as one file, with a compile cache of a first start and a first answer beside it.

  npm run build

  --help              this text

The table at TABLE_URI is made from documents/ where there is none. Start it: npx node --min-semi-space-size=16 dist/index.cjs
`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const folder = join(import.meta.dirname, '..', 'dist')
  const bytes = await bundle(folder)
  await warm(folder, process.env)
  console.log(`${join(folder, 'index.cjs')}: ${(bytes / 1e6).toFixed(1)} MB of code, and its compile cache`)
}

await main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\nSee npm run build -- --help.`)
  process.exitCode = 1
})
