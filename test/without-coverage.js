// Without coverage, Node keeps what it compiles for the next process, and tap need not write down what each process loads.
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

if (process.env.TAP_DISABLE_COVERAGE === '1') {
  // For what this process starts as well.
  process.env.NODE_COMPILE_CACHE = join(import.meta.dirname, '../.tap/compiled')
  process.env._TAPJS_PROCESSINFO_EXCLUDE_ = '/./'
  enableCompileCache(process.env.NODE_COMPILE_CACHE)
}
// What a test forks needs none of tap's loaders, and is started in other folders too, from where this file is not found.
process.execArgv = []
