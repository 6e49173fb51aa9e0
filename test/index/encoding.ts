import t from 'tap'
import { decode } from '../../index/encoding.ts'

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

t.test('text is read in the encoding that is certain, and the report hears of it', async (t) => {
  const shiftJis = Buffer.from(
    '97 4c 8b 8b 8b 78 89 c9 82 cd 93 f1 8f 5c 93 fa 82 c5 82 b7 81 42'.replaceAll(' ', ''),
    'hex',
  )
  const cases = [
    [Buffer.from('café'), 'café', undefined],
    [Buffer.from('\ufeffcafé', 'utf16le'), 'café', undefined],
    [Buffer.from('The shed opens at ten.\n', 'utf16le'), 'The shed opens at ten.\n', /^UTF-16 without/],
    [Buffer.from('The shed opens at ten.\n', 'utf16le').swap16(), 'The shed opens at ten.\n', /^UTF-16 without/],
    [
      latin('Le caf\xe9 ouvre \xe0 huit heures. 4 \x80 \x96 c\x92est bon'),
      'Le café ouvre à huit heures. 4 € – c’est bon',
      /windows-1252/,
    ],
    [shiftJis, '有給休暇は二十日です。', /shift_jis/],
    [
      Buffer.concat([Buffer.from('Ça coûte très cher, été comme hiver: '), Buffer.from([0xe9])]),
      'Ça coûte très cher, été comme hiver: \ufffd',
      /^not whole UTF-8: 1 byte /,
    ],
    [
      latin('<meta charset="windows-1251"><p>\xcf\xf0\xe8\xe2\xe5\xf2'),
      '<meta charset="windows-1251"><p>Привет',
      undefined,
    ],
    [
      latin('<?xml version="1.0" encoding="ISO-8859-2"?><a>\xb1'),
      '<?xml version="1.0" encoding="ISO-8859-2"?><a>ą',
      undefined,
    ],
  ] as const
  for (const [bytes, text, note] of cases) {
    const decoded = decode(bytes)
    t.equal(decoded?.text, text)
    if (note === undefined) t.equal(decoded?.note, undefined)
    else t.match(decoded?.note, note)
  }
})

t.test('what is no text, or text in an encoding that nobody can be sure of, is not read', async (t) => {
  const cases = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]),
    Buffer.from('text\0text'),
    latin('\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0'),
    latin('za\xbf\xf3\xb3\xe6 g\xea\x9cl\xb9 ja\x9f\xf1'),
    latin('P\xf8\xedli\x9a \x9elu\x9dou\xe8k\xfd k\xf9\xf2'),
    latin('<meta charset="nonsense">\xcf\xf0\xe8\xe2\xe5\xf2'),
  ]
  for (const bytes of cases) t.equal(decode(bytes), undefined)
})
