import t from 'tap'
import { certainUntil, toParts, unwrap } from '../../../function/answer/sentences.ts'

const cut = (text: string): string[] =>
  toParts(text).map(({ kind, start, end }) => `${kind}: ${unwrap(text.slice(start, end))}`)

t.test('a text is cut into sentences, items, rows, code and headings', async (t) => {
  const text =
    '# Head\nOne. Two!\n\n- item one\n- item two\n  goes on. And ends.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\nAfter it.\n\n```\ncode. more\n\ncode\n```\n1. first\n2) second\n\n---\n\nWhat pods share\n\n**Bold head**\n\nThe end'
  t.strictSame(cut(text), [
    'heading: Head',
    'text: One.',
    'text: Two!',
    'item: item one',
    'item: item two goes on.',
    'item: And ends.',
    'head: | a | b |',
    'row: | 1 | 2 |',
    'text: After it.',
    'code: ``` code. more  code ```',
    'item: first',
    'item: second',
    'heading: What pods share',
    'heading: **Bold head**',
    'heading: The end',
  ])
  const blocks = toParts('- One. More.\n- Two.').map(({ block }) => block)
  t.equal(blocks[0], blocks[1], 'the sentences of an item belong together')
  t.not(blocks[1], blocks[2])
  t.strictSame(cut(''), [])
  t.strictSame(cut('```\nnever closed'), ['code: ``` never closed'])
})

t.test('a line of hours says something, and is no heading', async (t) => {
  t.strictSame(cut('Mon closed Tue–Sat 10–18'), ['text: Mon closed Tue–Sat 10–18'])
  t.strictSame(cut('Budget 2024–2025'), ['heading: Budget 2024–2025'])
})

t.test('code stands between fences of one kind, or four spaces in where that is asked for', async (t) => {
  t.strictSame(cut('````\n```bash\nx\n```\n````\nEnd.'), ['code: ```` ```bash x ``` ````', 'text: End.'])
  t.strictSame(cut('~~~\na\n```\nb\n~~~ [1].'), ['code: ~~~ a ``` b ~~~', 'text: [1].'])
  const indented = 'Do:\n\n    a. B\n\n    c\nEnd:\n\n- item\n\n    Goes on.\n\n    More.\n\nEnd:\n\n\tcode'
  t.strictSame(
    toParts(indented, true).map(({ kind }) => kind),
    ['text', 'code', 'text', 'item', 'text', 'text', 'text', 'code'],
  )
  t.notOk(toParts(indented).some(({ kind }) => kind === 'code'))
})

t.test('up to where more text changes no part is known', async (t) => {
  const cases: Array<[string, string]> = [
    ['Pods run on', ''],
    ['Pods run on\n-', '\n-'],
    ['pods run on\nNodes', '\nNodes'],
    ['pods run on\nNodes too', ''],
    ['Phone: 4417\nFax number', '\nFax number'],
    ['Regatta: in May. For fours.\nRace', '\nRace'],
    ['Regatta: in May. For fours.\nrace on', ''],
    ['Text:\n| a | b', '\n| a | b'],
  ]
  for (const [text, open] of cases) t.equal(text.slice(certainUntil(text)), open, text)
})

t.test('lines that each say something stand for themselves; a name with its value is no heading', async (t) => {
  t.strictSame(cut('Plan  Users\nTeam  25\nFree  1'), ['head: Plan  Users', 'row: Team  25', 'row: Free  1'])
  t.strictSame(cut('Flat white  3.60\nCarrot cake  3.90'), ['row: Flat white  3.60', 'row: Carrot cake  3.90'])
  t.strictSame(cut('Phone: 4417\nFax: 4418'), ['item: Phone: 4417', 'item: Fax: 4418'])
  t.strictSame(cut('Regatta: in May. The fee is £12.\nRace: in June.'), [
    'item: Regatta: in May.',
    'item: The fee is £12.',
    'item: Race: in June.',
  ])
  t.strictSame(cut('Regatta: it is in May and\nends in June.'), ['text: Regatta: it is in May and ends in June.'])
  t.strictSame(cut('Closing balance: 1,250 EUR'), ['text: Closing balance: 1,250 EUR'])
  t.strictSame(cut('Document QM-7, valid until 31 December 2027'), [
    'text: Document QM-7, valid until 31 December 2027',
  ])
  t.strictSame(cut('Step 2: Rinse'), ['heading: Step 2: Rinse'])
  t.strictSame(cut('探针失败。Kubernetes 会'), ['text: 探针失败。', 'text: Kubernetes 会'])
  t.strictSame(cut('Lines that\nWere wrapped and\nEnd here.'), ['text: Lines that Were wrapped and End here.'])
})

t.test('what only looks like the end of a sentence ends none', async (t) => {
  const whole = [
    'It is at home (ref. 1), as one reads [No. 2] of it.',
    'Visits are approved by Dr. Maria Lenz in room No. 12 before 5 p.m. on the day before.',
    'We are open on one day, e.g. Monday, or two, i.e. Monday and Tuesday.',
    'U.S. customers pay by card.',
    'Der Mietvertrag beginnt am 1. März 2027.',
    'Das Büro ist im 3. Stock.',
    'Das steht in Abs. 2 und Art. 7 der Satzung.',
    'Das gilt z. B. für Prof. Weber.',
    'See Fig. 3 and Sec. IV for more.',
    'Version 1.10.2 of kubectl.exe is at https://a.example/x.y.',
    'The rule of J. Smith holds.',
    'Read [the docs](https://x.example/a?b=c&d=e!f#!g) first.',
    'Read [the docs](a/b.html?c=D) first.',
    'It is at https://x.example/a?b=c!D.E/1.F?%20 today.',
    'Ask GET /query?q=Kubernetes at www.x.example?a=b for it.',
    '它在https://x.example/a?b=c里。',
    'A line that was\nwrapped at its end\ngoes on.',
    '没有请求时，函数会缩容\n到零，不再占用内存。',
    'Use `a! B` or ``c. D`` or `!important` for it.',
    'It is $a! B$ here.',
    '![An image](of.png)',
    'Click *Forgotten?* under the login box.',
    'Click Forgotten? under the login box.',
    'He asked "why?" and left (really!) with **no!** reply.',
  ]
  for (const text of whole) t.equal(toParts(text).length, 1, text)
  const two = [
    'Take plan B. Then go on.',
    'It was in 2027. The next year came.',
    'Is it? No. It is not.',
    '**How long?** Five years.',
    'He said "no." She left.',
    'He asked "why?" She left.',
    '*Is it?* It is.',
    '它备份。它恢复。',
    'Take plan B. Then',
    'It costs $5. That is $6.',
    'A ` stands alone. It is one.',
    'Is it at https://x.example/a? Yes.',
    'It is at https://x.example/a?b=c. Then go on.',
    'It is in [the docs](https://x.example/a?b=c). Then go on.',
    '它在https://x.example/a吗？Kubernetes 会。',
  ]
  for (const text of two) t.ok(toParts(text).length >= 2, text)
  t.strictSame(cut('**How long is it?**\nFive years.'), ['text: **How long is it?**', 'text: Five years.'])
})

t.test('an abbreviation before a name, a noun or a number ends no sentence', async (t) => {
  const whole = [
    'Der Umsatz beträgt 5 Mio. Euro im Jahr.',
    'Der Bund trägt 2 Mrd. Euro davon.',
    'Das Büro liegt in der Musterstr. 5, 10115 Berlin.',
    'Die Rechnungsnr. 12 B fehlt.',
    'Bei max. 30 °C waschen.',
    'Es dauert 2 Std. 30 Min. Pause inbegriffen.',
    'Der Preis ist 20 Euro zzgl. Versand.',
    'Das gilt gem. § 5 Satz 2 der Ordnung.',
    'Fragen Sie die Abt. Einkauf.',
    'Die Acme GmbH & Co. KG haftet.',
    'Acme Inc. Europe and Foo Co. Ltd. Japan pay.',
    'Ask the Dept. Finance on Mt. Everest.',
    'Está en la Av. Libertador y cuesta aprox. 20 Euros.',
    'Il Dott. Rossi risponde.',
    'Vraag het aan dhr. Jansen.',
    'Офис на ул. Ленина, корп. 2, Москва.',
  ]
  for (const text of whole) t.equal(toParts(text).length, 1, text)
  const two = [
    'We sold 5 pods. Kubernetes runs them.',
    'Er arbeitet bei Acme Inc. Das ist gut.',
    'Es waren 5 Mio. Im Vorjahr waren es 4.',
    'It costs 5. 3 GB are free.',
    'It was in 2027. 2028 GB are free.',
    'Das ist gut. 5 Euro kostet es.',
    'It weighs 5 kg. 3 EUR is the price.',
    'It takes 5 min. 3 GB are free.',
    'It speaks TLS. 2 GB are free.',
    'Open it. 2. Close it.',
    'It is at its max. Kubernetes scales it.',
  ]
  for (const text of two) t.ok(toParts(text).length >= 2, text)
})

t.test('a wrapped line is joined with a space, in scripts without spaces with none', async (t) => {
  t.equal(unwrap('one\n  two'), 'one two')
  t.equal(unwrap('知\n识库'), '知识库')
  t.equal(unwrap('用 pod\n知'), '用 pod 知')
})
