import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { toPage, writeFactbook } from '../../eval/factbook.ts'

t.test('a profile becomes a page: sections, fields, and nothing for what is not known', async (t) => {
  const profile = {
    Introduction: { Background: { text: 'An island ++ far away.' } },
    Government: {
      'Country name': { 'conventional short form': { text: 'Jan Mayen (an island)' } },
      Constitution: null,
    },
    Geography: { Area: { total: { text: '377 sq km' }, water: { text: 'NA' } }, Terrain: 'None' },
    Empty: null,
  }
  const { name, text } = toPage(profile)
  t.equal(name, 'Jan Mayen')
  t.equal(
    text,
    `# Jan Mayen

## Introduction

**Background:** An island ; far away.

## Government

**Country name:** conventional short form: Jan Mayen (an island)

## Geography

**Area:** total: 377 sq km
`,
  )
  t.equal(toPage({ Government: { 'Country name': 'none' } }).name, 'Unnamed')
})

t.test('the package has a page for each country of Europe, each with its own name', async (t) => {
  const folder = join(t.testdir(), 'factbook')
  await writeFactbook(folder)
  const pages = readdirSync(folder)
  t.equal(pages.length, 55)
  t.ok(pages.includes('bosnia-and-herzegovina.md') && pages.includes('european-union.md'))
  t.match(
    readFileSync(join(folder, 'iceland.md'), 'utf8'),
    /^# Iceland\n[\s\S]*\*\*Military branches:\*\* no regular military forces/,
  )
})
