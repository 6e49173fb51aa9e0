import { parseArgs } from 'node:util'
import pc from 'picocolors'
import { type Config, readConfig } from '../function/config.ts'
import { ConfigError } from '../function/errors.ts'
import { checkBuiltIn, checkNode, checkTable, checkTools, type Finding } from './checks.ts'
import { checkOllama } from './ollama.ts'

const help = `Says what keeps the function from answering, or from being deployed, and what mends it.

  npm run doctor

  --help              this text

Looks at Node, the configuration, the table, the built-in model, Ollama (where it is, its models and what they can do, how
many it answers at once, whether a pod could reach it), func, kubectl, minikube, Knative and its domain; changes nothing.
Exit code 1 where the function could not answer here. Environment: as for npm start.
`

const marks: Readonly<Record<Finding['state'], string>> = {
  good: pc.green('ok'),
  missing: pc.yellow('--'),
  failed: pc.red('no'),
}

async function examine(): Promise<Finding[]> {
  const tools = checkTools()
  const config = read()
  const findings = [checkNode(process.version)]
  if (config instanceof ConfigError) findings.push({ what: 'Configuration', state: 'failed', found: config.message })
  else findings.push(await checkTable(config), ...(await checkBuiltIn(config)), ...(await checkOllama(config)))
  return [...findings, ...(await tools)]
}

function read(): Config | ConfigError {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const findings = await examine()
  for (const { what, state, found, mend } of findings) {
    console.log(`${marks[state]}  ${what.padEnd(14)}${found}`)
    if (mend !== undefined) console.log(`${' '.repeat(18)}${pc.bold(mend)}`)
  }
  const failed = findings.some(({ state }) => state === 'failed')
  console.log(failed ? '\nThe function cannot answer here yet.' : '\nThe function can answer here: npm start')
  return failed ? 1 : 0
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : error}\nSee npm run doctor -- --help.`)
  return 1
})
