import { join, resolve } from 'node:path'
import { bundle } from './bundle.ts'
import { warm } from './warm.ts'

/** `npm run build`: the function as one file under dist/ (or another folder, given as the argument), with a compile cache of a first start and a first answer beside it. */
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', 'dist'))
const bytes = await bundle(folder)
await warm(folder, process.env)
console.log(`${join(folder, 'index.cjs')}: ${(bytes / 1e6).toFixed(1)} MB of code, and its compile cache`)
