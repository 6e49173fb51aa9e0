import t from 'tap'
import { endsInCode, endsInFence, openedCode, splitCode, toFence } from '../../../function/answer/code.ts'

t.test('text and code stand by turns', async (t) => {
  const cases: Array<[string, string[]]> = [
    ['a `b` c', ['a ', '`b`', ' c']],
    ['a ``b`c`` d', ['a ', '``b`c``', ' d']],
    ['a\n```sh\nb `c\n```\nd', ['a\n', '```sh\nb `c\n```', '\nd']],
    ['~~~\nb\n```\n~~~ [1]', ['', '~~~\nb\n```\n~~~', ' [1]']],
    ['````\n```sh\nb\n```\n````', ['', '````\n```sh\nb\n```\n````', '']],
    ['```\nb', ['', '```\nb', '']],
    ['a ```b``` c', ['a ', '```b```', ' c']],
    ['a $b$, $$c$$, \\(d\\) and \\[e\\]', ['a ', '$b$', ', ', '$$c$$', ', ', '\\(d\\)', ' and ', '\\[e\\]', '']],
    ['$5 or $6, \\[1\\]', ['$5 or $6, \\[1\\]']],
    ['a ` b\n\nc ` d', ['a ` b\n\nc ` d']],
  ]
  for (const [text, pieces] of cases) t.strictSame(splitCode(text), pieces, text)
})

t.test('whether a text ends in code is known', async (t) => {
  for (const text of ['```sh\nx', 'a\n~~~\n```', '````\n```\n', '```\n```sh']) t.ok(endsInFence(text), text)
  for (const text of ['```\nx\n```', '~~~\nx\n~~~\n', '```x``` y']) t.notOk(endsInFence(text), text)
  for (const text of ['a `b', '``a`b', '```\nx']) t.ok(endsInCode(text), text)
  for (const text of ['a `b` c', 'a `b\nc']) t.notOk(endsInCode(text), text)
  for (const [text, at] of [
    ['a `b', 2],
    ['a $b', 2],
    ['a `b` c', undefined],
    ['a \\(b', 2],
  ] as const)
    t.equal(openedCode(text), at, text)
  t.equal(toFence(undefined, 'text'), undefined)
  t.equal(toFence('```', '```` '), undefined)
})
