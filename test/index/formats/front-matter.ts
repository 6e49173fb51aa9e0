import t from 'tap'
import { splitFrontMatter, titleOf } from '../../../index/formats/front-matter.ts'

t.test('front matter is read in every dialect, and never text', async (t) => {
  const cases = [
    ['---\ntitle: A\n---\nText.', 'A'],
    ['\n---\ntitle: A\n...\nText.', 'A'],
    ['---\ntitle: A\ntitle: B\n---\nText.', 'B'],
    ['---\ntitle: 2026\n---\nText.', '2026'],
    ['---\ntitle: A: b [c\nx: [\n---\nText.', 'A: b [c'],
    ['+++\ntitle = "A"\n[params]\nx = 1\n+++\nText.', 'A'],
    ['{\n  "title": "A",\n  "weight": 3\n}\nText.', 'A'],
    [';;;\n{\n"title": "A"\n}\n;;;\nText.', 'A'],
    ['<!--\ntitle: A\n-->\nText.', 'A'],
    ['% A\n% Author\nText.', 'A'],
    ['Title: A\nAuthor: B\n\nText.', 'A'],
    ['---\n---\nText.', undefined],
    ['---\ntags: [x]\n---\nText.', undefined],
  ] as const
  for (const [given, title] of cases) {
    const { data, body } = splitFrontMatter(given)
    t.equal(titleOf(data), title, given)
    t.equal(body.trim(), 'Text.', given)
  }
})

t.test('what only looks like front matter stays text', async (t) => {
  for (const text of ['---\njust text\n---\nMore.', 'Text: a\n\nMore.', '{ "a": 1 }', '# Title\n\n---\nx: y\n---\n'])
    t.equal(splitFrontMatter(text).body, text, text)
})
