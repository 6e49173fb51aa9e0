import t from 'tap'
import { decode } from '../../index/encoding.ts'

/** A text in an encoding of one byte. */
function encode(text: string, encoding: string): Buffer {
  const signs = Array.from({ length: 256 }, (_, byte) => new TextDecoder(encoding).decode(Buffer.from([byte])))
  return Buffer.from(Array.from(text, (sign) => signs.indexOf(sign)))
}

t.test('what can only be one alphabet in one encoding is read as such', async (t) => {
  const cases = [
    [
      'windows-1250',
      'Wniosek należy złożyć w ciągu czternastu dni. Opłata „roczna” wynosi pięć złotych, także za część roku.',
    ],
    ['iso-8859-2', 'Wniosek należy złożyć w ciągu czternastu dni. Opłata wynosi pięć złotych, także za część roku.'],
    ['windows-1250', 'Žádost se podává do čtrnácti dnů. Příspěvek činí pět korun měsíčně, též za část roku.'],
    ['windows-1250', 'Žiadosť sa podáva do štrnástich dní. Poplatok je päť eur mesačne, tiež za časť roka.'],
    [
      'windows-1250',
      'A kérelmet tizennégy napon belül kell benyújtani. Az előfizetés díja öt forint, a következő évre is.',
    ],
    [
      'windows-1250',
      'Cererea se depune în termen de două săptămâni şi se plăteşte o taxă de cinci lei pentru fiecare parte.',
    ],
    [
      'iso-8859-2',
      'Zahtjev se podnosi u roku od četrnaest dana. Članarina je pet eura mjesečno, također za svaki započeti mjesec, ako nije drukčije određeno, i može se platiti šalterom.',
    ],
    ['windows-1254', 'Başvuru on dört gün içinde yapılır. Yıllık ücret beş liradır, çocuklar için daha azdır.'],
    ['windows-1255', 'הבקשה תוגש בתוך ארבעה עשר ימים. התשלום הוא חמישה שקלים לשנה, גם עבור חלק מן השנה.'],
    ['windows-1256', 'يقدم الطلب في غضون أربعة عشر يوما. الرسوم السنوية خمسة دنانير، وتدفع في بداية السنة.'],
    ['iso-8859-6', 'يقدم الطلب في غضون أربعة عشر يوما. الرسوم السنوية خمسة دنانير وتدفع في بداية السنة.'],
    ['windows-874', 'ยื่นคำร้องภายในสิบสี่วัน ค่าธรรมเนียมห้าบาทต่อปี เด็กไม่ต้องเสีย ให้จ่ายเมื่อต้นปี'],
  ] as const
  for (const [encoding, text] of cases)
    for (const given of [text, `<html><body class="x"><h1>${text}</h1></body></html>`])
      t.strictSame(decode(encode(given, encoding)), { text: given, note: `not UTF-8: read as ${encoding}` })
})

t.test('Western languages are not taken for others', async (t) => {
  const texts = [
    'La domanda va presentata entro quattordici giorni. È più facile così: perché no, però c’è la città.',
    'Où est passé l’été ? Août fut sûrement très chaud, à côté des forêts brûlées.',
    'La señal está mañana aquí, también según el niño. ¿Qué más? ¡Nada!',
    'As condições são também válidas amanhã, até às nove. Põe as mãos à obra.',
    'Taotlus tuleb esitada neljateistkümne päeva jooksul. Õppemaks on viis eurot, öösel ja õhtul sõltub hind ajast.',
    'Der Antrag ist binnen vierzehn Tagen zu stellen. Die Gebühr beträgt fünf Euro für größere Räume, höchstens.',
    'Ansökan görs inom fjorton dagar. Avgiften är fem kronor på året, även för en del därav.',
    'Hakemus on jätettävä neljässätoista päivässä. Yöllä hinta on pienempi kuin päivällä.',
  ]
  for (const text of texts)
    t.strictSame(decode(encode(text, 'windows-1252')), { text, note: 'not UTF-8: read as windows-1252' })
})

t.test('Hebrew that is written backwards is not read', async (t) => {
  const text = 'הבקשה תוגש בתוך ארבעה עשר ימים. התשלום הוא חמישה שקלים לשנה, גם עבור חלק מן השנה.'
  t.equal(decode(encode([...text].reverse().join(''), 'windows-1255')), undefined)
})

t.test('a Western sign beside a number, at a word or alone is no letter of another alphabet', async (t) => {
  const signs = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0xa0 + index)).concat(['×', '÷', '€', '—'])
  const words = ['Pump', 'größer', 'été', 'señal', 'perché', 'limões', 'på', 'één', 'pöytä']
  for (const sign of signs)
    for (const word of words) {
      const text = [1, 2, 35, 120]
        .map(
          (number) =>
            `${word} ${sign}${number}, ${number} m${sign}, N${sign} ${number}; ${sign.repeat(3)} ${word}${sign}`,
        )
        .join('\n')
      t.equal(decode(encode(text, 'windows-1252'))?.text ?? text, text)
    }
  const texts = [
    'Pump £120\nValve £35\nHose £12\nSeal £3\n',
    'Water 12 m³, sand 4 m³, gravel 7 m³, lime 2 m³',
    'Nº 1, Nº 2, Nº 3, 1ª parte, 2ª parte, MARCA®, NOTA¹',
    'Dos ó tres mesas, 4 ó 5 sillas, 6 ó 7 vasos, 8 ó 9 platos',
    'Limões 3 €, Melões 2 €, Café 1 €, Chá 1 €, Mamões 2 €',
    'Soup £4 — hot — or cold —\u00a05 — with bread £2',
  ]
  for (const text of texts)
    t.strictSame(decode(encode(text, 'windows-1252')), { text, note: 'not UTF-8: read as windows-1252' })
})
