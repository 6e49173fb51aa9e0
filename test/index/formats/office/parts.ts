import t from 'tap'
import { mainPart, openParts, relatedPart, relationsOf } from '../../../../index/formats/office/parts.ts'
import { at } from '../../../../index/formats/office/xml.ts'
import { toZip } from '../../../zip.ts'

t.test('a document is its parts, found by what they are to each other', async (t) => {
  const rel = (id: string, type: string, target: string, mode = ''): string =>
    `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}" ${mode}/>`
  const parts = await openParts(
    toZip({
      '_rels/.rels': `<Relationships>${rel('r1', 'officeDocument', '/doc/main.xml')}</Relationships>`,
      'doc/main.xml': '<m/>',
      'doc/_rels/main.xml.rels': `<Relationships>${rel('r1', 'styles', 'styles.xml')}${rel('r2', 'hyperlink', 'https://example.com', 'TargetMode="External"')}</Relationships>`,
      'doc/styles.xml': '<s/>',
      'doc/image.png': 'x',
    }),
    'Word document',
    '.docx',
  )
  const main = mainPart(parts, 'word/document.xml')
  t.equal(main, 'doc/main.xml')
  t.ok(at(relatedPart(parts, main, 'styles'), 's'))
  t.equal(relationsOf(parts, main).get('r2')?.target, 'https://example.com')
  t.notOk(parts.has('doc/image.png'))
  t.equal(mainPart(new Map(), 'word/document.xml'), 'word/document.xml')
})

t.test('what cannot be opened says what it is and what to do', async (t) => {
  const cases = [
    [
      Buffer.from('d0cf11e0a1b11ae100', 'hex'),
      'encrypted, or saved by an old Office: save it as .docx without a password',
    ],
    [Buffer.from('<!doctype html><p>x'), 'a web page under another name: rename it to .html'],
    [Buffer.from('{\\rtf1 x}'), 'RTF under another name: rename it to .rtf'],
    [Buffer.from('PK nothing'), 'not a Word document that can be opened'],
  ] as const
  for (const [bytes, message] of cases) await t.rejects(openParts(bytes, 'Word document', '.docx'), { message })
})
