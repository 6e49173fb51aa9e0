import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { layOut } from '../../build/template.ts'
import { root, run } from '../running.ts'

t.test('func finds a template with what git tracks, and no func.yaml, which it writes itself', async (t) => {
  const folder = join(t.testdir(), 'templates')
  t.ok((await layOut(folder)) > 100)
  const template = join(folder, 'typescript/rag')
  for (const path of ['package.json', 'function/index.ts', 'documents', '.gitignore', 'Dockerfile'])
    t.ok(existsSync(join(template, path)), path)
  for (const path of ['func.yaml', 'node_modules', '.git']) t.notOk(existsSync(join(template, path)), path)

  const func = parse(readFileSync(join(root, 'func.yaml'), 'utf8'))
  t.strictSame(parse(readFileSync(join(template, 'manifest.yaml'), 'utf8')), {
    invoke: func.invoke,
    buildEnvs: func.build.buildEnvs,
    runEnvs: func.run.envs,
    healthEndpoints: func.deploy.healthEndpoints,
  })
})

t.test('a folder with something in it is left as it is', async (t) => {
  const folder = t.testdir({ mine: 'text' })
  const { exited, output } = run(t, ['build/template.ts', folder], {})
  t.equal(await exited, 1)
  t.match(output(), 'is not empty')
  t.match(output(), '--help')
  t.notOk(existsSync(join(folder, 'typescript')))
})

t.test('it says what to do next, and what is missing', async (t) => {
  const laid = run(t, ['build/template.ts', join(t.testdir(), 'templates')], {})
  t.equal(await laid.exited, 0, laid.output())
  t.match(laid.output(), /func create -r file:\/\/.*templates -l typescript -t rag my-answers/)
  const missing = run(t, ['build/template.ts'], {})
  t.equal(await missing.exited, 1)
  t.match(missing.output(), 'FOLDER is missing')
  const help = run(t, ['build/template.ts', '--help'], {})
  t.equal(await help.exited, 0)
  t.match(help.output(), 'npm run template')
})
