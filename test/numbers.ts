// Numbers never change, in whatever format they come: the same page, made by pandoc and Chromium from numbers.md, in each.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { endings } from '../index/formats/formats.ts'
import { loadDocument } from '../index/load.ts'
import { toText } from '../index/text.ts'
import { toZip } from './zip.ts'

const folder = join(import.meta.dirname, './fixtures/numbers')

const numbers = [
  /10(⁶|\^6) cells/,
  /2(³²|\^32|\^\(32\))-1/,
  /1,299\.00 euros/,
  /0\.3 to 8 mm/,
  /-5 °C and \+40\.5 °C/,
  /Version 2\.10\.1 replaced 1\.9\.12 on 2027-03-01/,
  /3\.14e-5 kg/,
  /CO[2₂] and H[2₂]O/,
  /50 %/,
  /DS-100 or 4711/,
  /192\.168\.0\.254, port 65535/,
  /Free\W+0\.00\W+-1\.5/,
  /Team\W+€49\.90\W+\+12/,
]

t.test('a page of numbers is the same in every format that has pages', async (t) => {
  const sources = readdirSync(folder)
  t.ok(sources.length >= 11)
  const macros = t.testdir({ 'numbers.docm': readFileSync(join(folder, 'numbers.docx')) })
  const places = sources.filter((name) => !name.endsWith('.md')).map((name) => [folder, name] as const)
  for (const [place, source] of [...places, [macros, 'numbers.docm'] as const]) {
    const document = await loadDocument(place, source)
    t.ok('root' in document, source)
    const text = 'root' in document ? toText(document.root).replace(/\s+/g, ' ') : ''
    for (const number of numbers) t.match(text, number, `${source} ${number}`)
  }
})

const markdown = readFileSync(join(folder, 'numbers.md'), 'utf8')
  .replace('10^6^', '10<sup>6</sup>')
  .replace('2^32^', '2<sup>32</sup>')
  .replace('CO~2~', 'CO<sub>2</sub>')
  .replace('H~2~O', 'H<sub>2</sub>O')

t.test('and in those that are text alone', async (t) => {
  const plain = markdown.replace(/<\/?su[bp]>/g, (tag) => (tag === '<sup>' ? '^' : ''))
  const html = markdown.replaceAll('&', '&amp;')
  const files = {
    'a.md': markdown,
    'a.mdx': markdown,
    'a.txt': plain,
    'a.eml': `Subject: x\nContent-Type: text/plain; charset=utf-8\n\n${plain}`,
    'a.html': `<meta charset="utf-8"><pre>${html}</pre>`,
  }
  const made = t.testdir(files)
  for (const source of Object.keys(files)) {
    const document = await loadDocument(made, source)
    const text = 'root' in document ? toText(document.root).replace(/\s+/g, ' ') : ''
    for (const number of numbers) t.match(text, number, `${source} ${number}`)
  }
})

t.test('and in cells', async (t) => {
  const values = ['0.3~8', '-1.5', '1,299.00', '€49.90', '2.10.1', '2027-03-01', '007', '1e-7', '50 %', '12:30']
  const cells = values.map((value, index) => `<c r="B${index + 1}" t="inlineStr"><is><t>${value}</t></is></c>`)
  const rows = cells.map(
    (cell, index) => `<row r="${index + 1}"><c r="A${index + 1}"><v>${index + 0.1}</v></c>${cell}</row>`,
  )
  const workbook = toZip({
    'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>',
    'xl/s.xml': `<worksheet><sheetData>${rows.join('')}</sheetData></worksheet>`,
  })
  const cell = (text: string): string => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`
  const table = values.map((value) => `<table:table-row>${cell('x')}${cell(value)}</table:table-row>`).join('')
  const ofOffice = (body: string): Buffer =>
    toZip({ 'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>` })
  const files = {
    'a.csv': `Name;Value\n${values.map((value) => `x;${value}`).join('\n')}`,
    'a.tsv': `Name\tValue\n${values.map((value) => `x\t${value}`).join('\n')}`,
    'a.xlsx': workbook,
    'a.xlsm': workbook,
    'a.ods': ofOffice(`<office:spreadsheet><table:table>${table}</table:table></office:spreadsheet>`),
    'a.odp': ofOffice(
      `<office:presentation><draw:page><draw:frame><table:table>${table}</table:table></draw:frame></draw:page></office:presentation>`,
    ),
  }
  const made = t.testdir(files)
  for (const source of Object.keys(files)) {
    const document = await loadDocument(made, source)
    const text = 'root' in document ? toText(document.root) : ''
    for (const value of values) t.match(text, `| ${value} |`, `${source} ${value}`)
  }
})

t.test('every format that is read is among them', async (t) => {
  const covered = new Set([
    ...readdirSync(folder).map((name) => name.slice(name.lastIndexOf('.'))),
    '.mdx',
    '.txt',
    ...'.csv .tsv .xlsx .xlsm .ods .odp .docm'.split(' '),
    '.eml',
  ])
  for (const ending of endings) t.ok(covered.has(ending), ending)
})
