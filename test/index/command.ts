import { join } from 'node:path'
import t from 'tap'
import { parseLanguage, toIngestCommand } from '../../index/command.ts'
import { failure } from '../ollama.ts'
import { makeTable } from '../running.ts'

t.test('the command that renews a table repeats the settings it was made with, quoted for a shell', async (t) => {
  const { manifest } = await makeTable(t.testdir({ 'a.md': 'A pod.' }), join(t.testdirName, 'table'))
  t.equal(toIngestCommand({ ...manifest, folder: 'docs' }), 'npm run ingest -- docs')
  const made = {
    ...manifest,
    folder: "Ann's papers",
    selection: { include: ['guides/**'], exclude: ['drafts/**', 'old.md'] },
    maxTokens: 128,
    language: 'German',
  }
  t.equal(
    toIngestCommand(made),
    `npm run ingest -- 'Ann'\\''s papers' --include 'guides/**' --exclude 'drafts/**' --exclude old.md --max-tokens 128 --language German`,
  )
})

t.test('a language is known in any case, and those there are are named for any other', async (t) => {
  t.equal(parseLanguage('german'), 'German')
  t.match(await failure((async () => parseLanguage('Welsh'))()), {
    message: /--language is "Welsh": it must be one of Arabic, .*Turkish/,
  })
})
