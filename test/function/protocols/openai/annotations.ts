import t from 'tap'
import { toSourceList, toUrlCitations } from '../../../../function/protocols/openai/annotations.ts'

const source = {
  ...{ number: 1, source: 'news.md', title: 'News', heading: '3.1.0', url: 'https://a.example/#310' },
  ...{ text: '3.2.0\n\n- No SMS.\n\n3.1.0\n\n- Cards.', score: 1, cited: true },
}
const citation = {
  ...{ number: 1, start: 0, end: 7, marker: { start: 7, end: 11 }, support: 1 },
  ...{ quote: 'No SMS.', heading: '3.2.0', url: 'https://a.example/#320' },
}

t.test('a source is listed under the heading that its words stand under, and leads there', async (t) => {
  const answer = { sources: [source], citations: [citation], answered: true }
  t.equal(toSourceList(answer), '\n\nSources:\n[1] [News > 3.2.0 (news.md)](https://a.example/#320)')
  t.match(
    toUrlCitations([source], answer, ({ url = '' }) => url),
    [{ title: 'News > 3.2.0 (news.md)', url: 'https://a.example/#320', start_index: 7, end_index: 11 }],
  )
  t.equal(toSourceList({ ...answer, sources: [{ ...source, cited: false }] }), '')
})
