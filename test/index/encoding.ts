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

t.test('what can only be Chinese, Korean, Cyrillic or Greek is read as such', async (t) => {
  const cases = [
    [
      'c8afbad2c0ba203134c0cf20c0ccb3bbbfa120b0a1b4c9c7d5b4cfb4d92e20b9e8bcdbbaf1b4c220322c353030bff8c0d4b4cfb4d92e',
      '환불은 14일 이내에 가능합니다. 배송비는 2,500원입니다.',
      'euc-kr',
    ],
    [
      'bfcdbba7bfc9d4da3134ccecc4dac9eac7ebcdcbbfee2cd4cbb7d1ceaa3235d4aaa1a3b3acb9fdc6dacfdeb5c4c9eac7ebbdabb2bbb1bbcadcc0eda1a3',
      '客户可在14天内申请退款,运费为25元。超过期限的申请将不被受理。',
      'gb18030',
    ],
    [
      'abc8a4e1a569a6623134a4d1a4baa5d3bdd0b068b4daa141b942b64facb03235a4b8a143b657b94cb4c1adadaabaa5d3bdd0b14ea4a3b351a8fcb27aa143',
      '客戶可在14天內申請退款，運費為25元。超過期限的申請將不被受理。',
      'big5',
    ],
    [
      'f7cfdad7d2c1d420d7cfdacdcfd6c5ce20d720d4c5dec5cec9c520313420c4cec5ca2e20f3d4cfc9cdcfd3d4d82032353020d2d5c2ccc5ca2e',
      'Возврат возможен в течение 14 дней. Стоимость 250 рублей.',
      'koi8-u',
    ],
    [
      'c2eee7e2f0e0f220e2eee7eceee6e5ed20e220f2e5f7e5ede8e520313420e4ede5e92e20d1f2eee8eceef1f2fc2032353020f0f3e1ebe5e92e',
      'Возврат возможен в течение 14 дней. Стоимость 250 рублей.',
      'windows-1251',
    ],
    [
      '82aea7a2e0a0e220a2aea7acaea6a5ad20a220e2a5e7a5ada8a520313420a4ada5a92e2091e2aea8acaee1e2ec2032353020e0e3a1aba5a92e',
      'Возврат возможен в течение 14 дней. Стоимость 250 рублей.',
      'ibm866',
    ],
    [
      'c720c5f4e1e9f1dfe120e5f0e9f3f4f1ddf6e5e920f4e120f7f1deece1f4e120e5edf4fcf220313420e7ece5f1feed2e',
      'Η Εταιρία επιστρέφει τα χρήματα εντός 14 ημερών.',
      'windows-1253',
    ],
  ] as const
  for (const [hex, text, encoding] of cases)
    t.strictSame(decode(Buffer.from(hex, 'hex')), { text, note: `not UTF-8: read as ${encoding}` })
})

t.test('what may be Korean with Chinese characters or Chinese is not', async (t) => {
  t.equal(
    decode(
      Buffer.from(
        'c8afbad2c0ba203134c0cf20c0ccb3bbbfa120b0a1b4c9c7d5b4cfb4d92e20d3def9dbdac5cfd020b9e8bcdbbaf1b4c220bff8c0d4b4cfb4d92e',
        'hex',
      ),
    ),
    undefined,
  )
})

t.test('Japanese in seven bits is read by its escapes, declared or not', async (t) => {
  const bytes = latin('<meta charset=iso-2022-jp><p>\x1b$B;vL3=j\x1b(B 12')
  t.strictSame(decode(bytes), { text: '<meta charset=iso-2022-jp><p>事務所 12' })
  t.strictSame(decode(bytes.subarray(26)), { text: '<p>事務所 12', note: 'not UTF-8: read as iso-2022-jp' })
  t.strictSame(decode(latin('\x1b[1mbold\x1b[0m costs \x1b$5')), { text: '\x1b[1mbold\x1b[0m costs \x1b$5' })
})

t.test('Western signs before letters, however many, are not taken for Chinese or Korean', async (t) => {
  const texts = [
    'Bake at 220\xb0C.\n'.repeat(16),
    'Layer of 3 \xb5m, then dry at 40 \xb0C or 104 \xb0F.\n'.repeat(16),
    'Dinner at the old mill \xa3\xa3\n'.repeat(20),
  ]
  for (const text of texts) t.strictSame(decode(latin(text)), { text, note: 'not UTF-8: read as windows-1252' })
  // Spanish in CP850.
  const spanish =
    'El per\xa1odo de garant\xa1a termina el d\xa1a de la facturaci\xa2n; la devoluci\xa2n, en el pr\xa2ximo mes. '
  t.equal(decode(latin(spanish.repeat(20))), undefined)
  // Rules of boxes in CP437.
  t.equal(decode(latin(`Price list\r\n${'\xc4'.repeat(60)}\r\nsoup 4\r\n${'\xcd'.repeat(60)}\r\n`)), undefined)
})
