import { join } from 'node:path'
import t from 'tap'
import { extract } from '../../../../function/answer/extract.ts'
import { read } from '../../../../function/answer/read.ts'
import { createLexicon } from '../../../../function/retrieval/lexicon/lexicon.ts'
import { createWords } from '../../../../function/retrieval/lexicon/words.ts'
import { createRetrieve } from '../../../../function/retrieval/retrieve.ts'
import { openTable } from '../../../../function/table/open.ts'
import { makeTable } from '../../../running.ts'

const english = await createWords('English')
const german = await createWords('German')

t.test('what people read as the same is the same', async (t) => {
  const cases: Array<[a: string, b: string]> = [
    ['Résumé', 'Re\u0301sume\u0301'],
    ['résumé', 'resume'],
    ['ﬁle', 'file'],
    ['ｆｕｌｌ ｗｉｄｔｈ ７', 'full width 7'],
    ['re\u00adstart', 'restart'],
    ['zero\u200bwidth', 'zerowidth'],
    ['DS\u2011100', 'DS-100'],
    ['Anna\u2019s', 'Anna'],
    ["Anna's", 'ANNA'],
    ['한국', '\u1112\u1161\u11ab\u1100\u116e\u11a8'],
    ['Zürich', 'Zurich'],
    ['señor', 'senor'],
    ['Łódź', 'Lodz'],
    ['10,000', '10000'],
    ['€1,106,500', '1106500'],
    ['1\u202f106\u202f500', '1106500'],
    ["1'000'000", '1000000'],
    ['v1.10.2', '1.10.2'],
    ['4,80', '4.80'],
    ['min-scale', 'minScale'],
    ['WiFi', 'Wi-Fi'],
    ['security policies', 'Security Policy'],
  ]
  for (const [a, b] of cases) t.strictSame(english.toTerms(a), english.toTerms(b), `${a} is ${b}`)
  t.strictSame(german.toTerms('Schluessel'), german.toTerms('Schlüssel'))
  t.strictSame(german.toTerms('Strasse'), german.toTerms('Straße'))
})

t.test('what people read as different is different', async (t) => {
  const cases: Array<[a: string, b: string]> = [
    ['C++', 'C'],
    ['C#', 'C++'],
    ['1.10.2', '1.1.2'],
    ['10,000', '1,000'],
    ['v1', 'v2'],
    ['が', 'か'],
    ['พ่อ', 'พอ'],
  ]
  for (const [a, b] of cases) t.notSame(english.read(a), english.read(b), `${a} is not ${b}`)
})

t.test('a word is found by its parts, and a version by the shorter ones', async (t) => {
  const cases: Array<[text: string, terms: string]> = [
    ['snake_case_name', 'snakecasenam snake case name'],
    ['HTTPServer', 'httpserver http server'],
    ['PPR-1027', 'ppr1027 ppr 1027'],
    ['in 1.10.2', '1.10.2 1 1.10'],
    ['1.500 Euro', '1.500 1500 1 euro'],
    ['version 2', 'version v2 2'],
    ['.NET and asp.net', '.net net asp net'],
    ['autoscaling.knative.dev/min-scale', 'autosc knativ dev minscal min scale'],
    ['one-after-the-other-in-a-row', 'on row'],
    ['2027-03-01', '2027-03-01 2027 03 01'],
    ['1 March 2027', '1 march 2027 2027-03-01'],
  ]
  for (const [text, terms] of cases) t.equal(english.toTerms(text).join(' '), terms, text)
})

t.test('words that say nothing are left out, except where they are written as names', async (t) => {
  t.strictSame(english.toTerms('who is it, and what do they do?'), [])
  t.strictSame(english.toTerms('the WHO and IT'), ['WHO', 'IT'])
  t.strictSame(
    english.readStopWords('Who is a pod?').map(({ term }) => term),
    ['who', 'is', 'a'],
  )
})

t.test('words of scripts without spaces are parted, and Korean ones are found without their particles', async (t) => {
  t.strictSame(english.toTerms('Kubernetesは容器を動かす。'), ['kubernet', 'は', '容器', 'を', '動かす'])
  t.ok(english.toTerms('연차는').includes('연차') && english.toTerms('연차를').includes('연차'))
})

t.test('a long word or a text of any script is read in a moment', async (t) => {
  for (const piece of [
    'a',
    'é',
    'ا',
    '한',
    '中',
    'ก',
    'अ',
    '1',
    '1.',
    '1,',
    'a-',
    'a_',
    "a'",
    'aB',
    '.a',
    'v1.',
    '-',
    '\u0301',
    'a ',
  ]) {
    const text = piece.repeat(20_000)
    const begun = process.cpuUsage()
    english.toTerms(text)
    const { user } = process.cpuUsage(begun)
    t.ok(user < 2_000_000, `${text.length} characters of “${piece}” took ${user / 1000} ms`)
  }
})

const documents = {
  'zh-scale.md': '# 缩容到零\n\n没有请求时，函数会缩容到零，不再占用内存。设置 min-scale 可以保留一个副本。',
  'zh-table.md': '# 表格\n\n表格存放在镜像里，因此启动时不需要下载任何数据。',
  'ja-search.md': '# 検索\n\n全文検索は質問に含まれる言葉から文書を探します。',
  'ja-memory.md': '# メモリー\n\nポッドのメモリーは二百五十六メガバイトまでです。',
  'th-search.md': '# การค้นหา\n\nระบบค้นหาเอกสารภาษาไทยได้อย่างรวดเร็ว',
  'th-cat.md': '# แมว\n\nแมวกินปลาวันละสองครั้ง',
  'ko-leave.md': '# 휴가\n\n연차를 이십 일 드립니다.',
  'en.md': '# Scale to zero\n\nWithout requests a function scales to zero.',
}

t.test('a question in Chinese, Japanese, Thai or Korean finds its page by words', async (t) => {
  const folder = t.testdir({ docs: documents })
  await makeTable(join(folder, 'docs'), join(folder, 'table'))
  const table = await openTable(join(folder, 'table'))
  const retrieve = createRetrieve(table, null)
  const cases = [
    ['没有请求时会怎样？', 'zh-scale.md'],
    ['min-scale 参数有什么用？', 'zh-scale.md'],
    ['表格存放在哪里？', 'zh-table.md'],
    ['文書を探すには？', 'ja-search.md'],
    ['ポッドのメモリーはどのくらいですか', 'ja-memory.md'],
    ['ค้นหาเอกสารอย่างไร', 'th-search.md'],
    ['แมวกินอะไร', 'th-cat.md'],
    ['연차는 며칠인가요?', 'ko-leave.md'],
    ['What happens without requests?', 'en.md'],
  ] as const
  for (const [question, source] of cases) {
    const { passages } = await retrieve(question, 3, new AbortController().signal)
    t.equal(passages[0]?.source, source, question)
  }
  const { passages } = await retrieve('没有请求时会怎样？', 3, new AbortController().signal)
  const { pieces } = extract(read('没有请求时会怎样？', passages, await createLexicon(table)()))
  t.match(pieces[0], /^没有请求时，函数会缩容到零，不再占用内存。/, 'and the sentence that answers is quoted')
})

t.test('--language stems: another form of a word finds it', async (t) => {
  const cases = [
    ['German', 'Die Verbindungen wurden geschlossen.', 'Verbindung'],
    ['Arabic', 'تحفظ قواعد البيانات المستندات.', 'مستند'],
    ['French', 'Les fonctions sont arrêtées.', 'fonction arrêté'],
    ['English', 'The functions are stopped.', 'function stopping'],
  ] as const
  for (const [language, text, question] of cases) {
    const folder = t.testdir({ docs: { 'a.md': text, 'b.md': 'Otra cosa.' } })
    const { manifest } = await makeTable(join(folder, 'docs'), join(folder, 'table'), undefined, { language })
    t.equal(manifest.language, language)
    const retrieve = createRetrieve(await openTable(join(folder, 'table')), null)
    const { passages } = await retrieve(question, 3, new AbortController().signal)
    t.equal(passages[0]?.source, 'a.md', language)
  }
})
