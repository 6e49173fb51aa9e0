import t from 'tap'
import { createLiteral, escapeMarks, htmlNames } from '../../../index/formats/literal.ts'

t.test('a name in angle brackets is a tag where the document closes it, else a placeholder', async (t) => {
  const toLiteral = createLiteral('<Card>x</Card> <title>')
  t.equal(toLiteral('<Card> and <host>/admin, <title>'), '<Card> and \\<host>/admin, \\<title>')
  t.equal(
    toLiteral('<a href="x"> <img src=y> a <br> <https://example.com> <me@example.com>'),
    '<a href="x"> <img src=y> a <br> <https://example.com> <me@example.com>',
  )
  t.equal(toLiteral('plain'), 'plain')
})

t.test('every mark of Markdown can be said', async (t) => {
  t.equal(escapeMarks('a_b*c'), 'a\\_b\\*c')
  t.ok(htmlNames.has('table') && !htmlNames.has('name'))
})

t.test('formulas, roles and links of notes', async (t) => {
  const toLiteral = createLiteral('')
  const cases = [
    ['\\(\\{1,2\\}\\)', '\\\\\\(\\\\\\{1,2\\\\\\}\\\\\\)'],
    ['{math}`a_b`', '\\$a\\_b\\$'],
    ['A step. ^step-1', 'A step. '],
    ['^step-1', ''],
    ['2^abc', '2^abc'],
    ['![[Note|200]]', 'Note'],
    ['[[Note#^block]]', 'Note'],
    ['a*b*c', 'a\\*b\\*c'],
    ['10^-3^ m^2^ of C~6~H~12~O', '10⁻³ m² of C6H12O'],
    ['0.3~8 or 5~10 mm, x^2 + y^2, ^^new^^', '0.3~8 or 5~10 mm, x^2 + y^2, ^^new^^'],
  ] as const
  for (const [given, expected] of cases) t.equal(toLiteral(given), expected, given)
})
