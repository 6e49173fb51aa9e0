import { join } from 'node:path'
import t from 'tap'
import { extract } from '../../../function/answer/extract.ts'
import { read } from '../../../function/answer/read.ts'
import { createRetrieve } from '../../../function/retrieval/retrieve.ts'
import { createTokenize, spaced, unspacedWords } from '../../../function/retrieval/words.ts'
import { openTable } from '../../../function/table/open.ts'
import { makeTable } from '../../running.ts'

t.test('words of scripts without spaces are parted; all else stays as it is', async (t) => {
  t.equal(spaced('Plain English, as it is.'), 'Plain English, as it is.')
  t.equal(spaced('Kubernetesは容器を動かす。'), 'Kubernetes は 容器 を 動かす ')
  t.equal(unspacedWords('Plain English, max_retry_count'), '')
  t.equal(unspacedWords('设置 min-scale 参数'), '设置 参数')
  t.equal(
    unspacedWords('ค้นหาเอกสาร').replaceAll('\u0e49', '?'),
    'คนหา เอกสาร',
    'without the marks that would cut a word',
  )
})

const documents = {
  'zh-scale.md': '# 缩容到零\n\n没有请求时，函数会缩容到零，不再占用内存。设置 min-scale 可以保留一个副本。',
  'zh-table.md': '# 表格\n\n表格存放在镜像里，因此启动时不需要下载任何数据。',
  'ja-search.md': '# 検索\n\n全文検索は質問に含まれる言葉から文書を探します。',
  'ja-memory.md': '# メモリー\n\nポッドのメモリーは二百五十六メガバイトまでです。',
  'th-search.md': '# การค้นหา\n\nระบบค้นหาเอกสารภาษาไทยได้อย่างรวดเร็ว',
  'th-cat.md': '# แมว\n\nแมวกินปลาวันละสองครั้ง',
  'en.md': '# Scale to zero\n\nWithout requests a function scales to zero.',
}

t.test('a question in Chinese, Japanese or Thai finds its page by words, beside pages in other scripts', async (t) => {
  const folder = t.testdir(documents)
  const table = join(t.testdirName, 'table')
  await makeTable(folder, table)
  const { chunks, manifest } = await openTable(table)
  const retrieve = createRetrieve(chunks, manifest, null)
  const cases = [
    ['没有请求时会怎样？', 'zh-scale.md'],
    ['min-scale 参数有什么用？', 'zh-scale.md'],
    ['表格存放在哪里？', 'zh-table.md'],
    ['文書を探すには？', 'ja-search.md'],
    ['ポッドのメモリーはどのくらいですか', 'ja-memory.md'],
    ['ค้นหาเอกสารอย่างไร', 'th-search.md'],
    ['แมวกินอะไร', 'th-cat.md'],
    ['What happens without requests?', 'en.md'],
  ] as const
  for (const [question, source] of cases) {
    const { passages, refusal } = await retrieve(question, 3, new AbortController().signal)
    t.equal(passages[0]?.source, source, question)
    t.equal(refusal, undefined)
  }
  const { passages } = await retrieve('没有请求时会怎样？', 3, new AbortController().signal)
  const { pieces } = extract(await read('没有请求时会怎样？', passages, createTokenize(chunks)))
  t.match(pieces[0], /^没有请求时，函数会缩容到零，不再占用内存。 \[1\]$/, 'and the sentence that answers is quoted')
  const { refusal } = await retrieve('火星上有生命吗？', 3, new AbortController().signal)
  t.type(refusal, 'string', 'what no page says is refused')
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
    const { chunks } = await openTable(join(folder, 'table'))
    const { passages } = await createRetrieve(chunks, manifest, null)(question, 3, new AbortController().signal)
    t.equal(passages[0]?.source, 'a.md', language)
  }
})

t.test('texts that are tokenized in one go each get their own terms', async (t) => {
  const folder = t.testdir({ docs: { 'pods.md': '# Pods\n\nPods run containers.' } })
  const table = join(folder, 'table')
  await makeTable(join(folder, 'docs'), table)
  const tokenize = createTokenize((await openTable(table)).chunks)
  t.strictSame(await tokenize(['Pods are running', '', 'the', 'Containers, containers']), [
    ['pod', 'run'],
    [],
    [],
    ['contain', 'contain'],
  ])
  t.strictSame(
    await tokenize(['pods 90071992547409927 run', 'nodes']),
    [['pod', 'run'], ['node']],
    'a text cannot pass for the mark between two',
  )
})
