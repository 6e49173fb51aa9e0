import t from 'tap'
import { adviceFor, endings, loaderOf } from '../../../index/formats/formats.ts'

t.test('a file is read by its ending, or by a name under which people keep text', async (t) => {
  for (const source of ['a.md', 'A.PDF', 'README', 'docs/LICENSE', 'x.Docx']) t.ok(loaderOf(source), source)
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
  t.match(adviceFor('.png'), /ocrmypdf/)
  t.match(adviceFor('.zip'), /bsdtar/)
  t.equal(adviceFor('.json'), undefined)
})
