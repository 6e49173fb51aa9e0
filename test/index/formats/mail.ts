import t from 'tap'
import { loadMail } from '../../../index/formats/mail.ts'
import { toText } from '../../../index/text.ts'

const head =
  'From: Anna <a@example.org>\nTo: b@example.org\nSubject: =?utf-8?Q?T=C3=BCr?=\nDate: Mon, 02 Mar 2026 10:00:00 +0000\n'

t.test('a mail is its text, then who wrote it, and when', async (t) => {
  const { title, root } = await loadMail(
    Buffer.from(`${head}Content-Type: text/plain\n\nThe code is 4711.\n\n> an older mail\n`),
  )
  t.equal(title, 'Tür')
  t.equal(
    toText(root),
    'The code is 4711.\n\nFrom: Anna (a@example.org)\nTo: b@example.org\nDate: 2026-03-02 10:00 +0000',
  )
})

t.test('its time is the one that it says, in its own zone', async (t) => {
  const cases = [
    ['Fri, 27 Nov 2026 09:12:41 +0200 (EET)', '2026-11-27 09:12 +0200'],
    ['Tue, 1 dec 2026 23:30 -0800', '2026-12-01 23:30 -0800'],
    ['1 Dec 2026 00:05:00 GMT', '2026-12-01 00:05 GMT'],
    ['2026-11-27T09:12:41+02:00', '2026-11-27T09:12:41+02:00'],
    ['yesterday at 9', 'yesterday at 9'],
  ]
  for (const [written, shown] of cases)
    t.equal(toText((await loadMail(Buffer.from(`Date: ${written}\n\n`))).root), `Date: ${shown}`)
})

t.test('what is attached is named, and HTML is read where there is no text', async (t) => {
  const part = (headers: string, body: string): string => `--x\n${headers}\n\n${body}\n`
  const { root, lost } = await loadMail(
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=x\n\n${part('Content-Type: text/html', '<p>Hello.</p>')}${part('Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf', 'x')}--x--\n`,
    ),
  )
  t.equal(toText(root), 'Hello.')
  t.strictSame(lost, ['1 attached: a.pdf'])
})

t.test('what each answer answers stays, and a mail within a mail is a section of it', async (t) => {
  const { root } = await loadMail(
    Buffer.from(
      'Content-Type: text/plain\n\n> How much?\n>> Older.\n\n5 euros.\n\n> When?\n\nOn Monday.\n\n> Thanks.\n\n-- \nAnna\n',
    ),
  )
  t.equal(toText(root), '> How much?\n\n5 euros.\n\n> When?\n\nOn Monday.\n\n-- \nAnna')
  const part = (headers: string, body: string): string => `--x\n${headers}\n\n${body}\n`
  const inner = 'Subject: Boxes\nFrom: c@example.org\nContent-Type: text/plain\n\nThere are 88 boxes.'
  const whole = await loadMail(
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=x\n\n${part('Content-Type: text/plain', 'See below.')}${part('Content-Type: message/rfc822\nContent-Disposition: attachment', inner)}${part('Content-Type: text/calendar\nContent-Disposition: attachment', 'BEGIN')}--x--\n`,
    ),
  )
  t.equal(toText(whole.root), 'See below.\n\nBoxes\n\nThere are 88 boxes.\n\nFrom: c@example.org')
  t.strictSame(whole.lost, ['1 attached: text/calendar'])
})
