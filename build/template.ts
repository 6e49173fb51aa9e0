// npm run template: lays the project out as func wants a repository of templates, for `func create -r … -l typescript -t rag`.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { parse, stringify } from 'yaml'

const root = join(import.meta.dirname, '..')
const help = `Lays this project out as a repository of templates for func.

  npm run template -- FOLDER

  --help              this text

Writes FOLDER/typescript/rag/: what git tracks here, and a manifest.yaml from which func makes the new function's func.yaml.
FOLDER must be empty, or not there. Then: func create -r file:///path/to/FOLDER -l typescript -t rag my-answers
`

/** Copies what git tracks into `folder`/typescript/rag. Returns how many files. Throws TypeError where the folder is not empty. */
export async function layOut(folder: string): Promise<number> {
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) throw new TypeError(`${folder} is not empty. Name a folder that is, or one that is not there.`)
  const { stdout } = await promisify(execFile)('git', ['-C', root, 'ls-files', '-z'], { maxBuffer: 1 << 26 }).catch(
    (cause: unknown) => {
      throw new TypeError(`${root} is not a clone of a git repository, which says what belongs to the template.`, {
        cause,
      })
    },
  )
  const template = join(folder, 'typescript', 'rag')
  // func.yaml is func's to write, with the name that the new function is given.
  const files = stdout.split('\0').filter((path) => path !== '' && path !== 'func.yaml')
  for (const path of files) {
    await mkdir(dirname(join(template, path)), { recursive: true })
    await copyFile(join(root, path), join(template, path))
  }
  await writeFile(join(template, 'manifest.yaml'), toManifest(await readFile(join(root, 'func.yaml'), 'utf8')))
  return files.length
}

/** What of func.yaml a template can bring; func gives a new function no volumes, scale or resources. */
function toManifest(funcYaml: string): string {
  const { invoke, build, run, deploy } = parse(funcYaml)
  return stringify({
    invoke,
    buildEnvs: build.buildEnvs,
    runEnvs: run.envs,
    healthEndpoints: deploy.healthEndpoints,
  })
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  })
  if (values.help) {
    process.stdout.write(help)
    return
  }
  const [given] = positionals
  if (given === undefined) throw new TypeError('FOLDER is missing: where is the template to be laid out?')
  const folder = resolve(given)
  const count = await layOut(folder)
  console.log(`${count} files. Then: func create -r file://${folder} -l typescript -t rag my-answers`)
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(`${error instanceof Error ? error.message : error}\nSee npm run template -- --help.`)
    process.exitCode = 1
  })
}
