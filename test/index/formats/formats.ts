import t from 'tap'
import { adviceFor, endings, loaderOf } from '../../../index/formats/formats.ts'
import { toText } from '../../../index/text.ts'

t.test('a file is read by its ending, or by a name under which people keep text', async (t) => {
  for (const source of ['a.md', 'A.PDF', 'README', 'docs/LICENSE', 'x.Docx', 'x.pptm', 'x.ppsx', 'x.dotx'])
    t.ok(loaderOf(source), source)
  for (const source of ['a.png', 'Makefile', 'a', 'a.md.bak']) t.equal(loaderOf(source), undefined, source)
  for (const ending of endings) t.ok(loaderOf(`x${ending}`), ending)
})

t.test('what another program has to change first says how', async (t) => {
  const loader = loaderOf('old.doc')
  await t.rejects(async () => loader && 'ofBytes' in loader && (await loader.ofBytes(Buffer.from(''))), {
    name: 'FormatError',
    message: 'Word from before 2007: soffice --headless --convert-to docx FILE',
  })
  await t.rejects(async () => loader && 'ofBytes' in loader && (await loader.ofBytes(Buffer.from('{\\rtf1 x}'))), {
    message: 'RTF under another name: rename it to .rtf',
  })
  const cases = [
    ['mails.mbox', 'a box of mails: save each of them as .eml'],
    ['book.docbook', 'DocBook: pandoc -f docbook FILE -o FILE.md'],
    ['sums.xlsb', 'a binary workbook of Excel: soffice --headless --convert-to xlsx FILE'],
  ] as const
  for (const [source, message] of cases) {
    const other = loaderOf(source)
    await t.rejects(async () => other && 'ofBytes' in other && (await other.ofBytes(Buffer.from('x'))), { message })
  }
  t.match(adviceFor('.srt'), /cp FILE FILE\.txt/)
  t.match(adviceFor('.png'), /ocrmypdf/)
  t.match(adviceFor('.zip'), /bsdtar/)
  t.equal(adviceFor('.json'), undefined)
})

t.test('Markdown with components is read as such, whatever its ending', async (t) => {
  const read = async (text: string): Promise<string> => {
    const loader = loaderOf('a.md')
    if (loader === undefined || !('ofText' in loader)) throw new Error('not a format of text')
    return toText((await loader.ofText(text)).root)
  }
  const tab = "<TabItem label='Movies'>\n    ```txt\n    Movies\n    └── One (2019)\n    ```\n  </TabItem>"
  const shown = 'Movies:\n\n```txt\nMovies\n└── One (2019)\n```'
  t.equal(await read(`<Tabs>\n  ${tab}\n</Tabs>`), shown)
  t.equal(await read(`import Tabs from '@theme/Tabs';\n\n${tab}`), shown)
  const templates = 'It is {{ name }} or {x}.'
  t.match(await read(`import x from 'y'\n\nis a line. ${templates}`), templates, 'what is imported is no component')
  t.match(await read(`<TABLE>\n<TR><TD>a</TD></TR>\n</TABLE>\n\n${templates}`), templates, 'HTML in capitals')
  const code = '    <Project>a</Project>\n    run\n\n```\n<Tabs>\n</Tabs>\nimport x from "y"\n```'
  t.match(await read(`Write:\n\n${code}\n\n<Name>`), /```\n<Project>a<\/Project>\nrun\n```/)
})
