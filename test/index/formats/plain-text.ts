import t from 'tap'
import { loadPlainText } from '../../../index/formats/plain-text.ts'
import { toText } from '../../../index/text.ts'

t.test('plain text is cut at blank lines and taken as it is', async (t) => {
  const { title, root } = loadPlainText('# not a heading\nsame paragraph\r\n\r\n  *second*  \n\n\n')
  t.equal(title, undefined)
  t.strictSame(root.children.map(toText), ['# not a heading\nsame paragraph', '*second*'])
})

t.test('a new page parts paragraphs', async (t) => {
  t.strictSame(loadPlainText('One.\fTwo.').root.children.map(toText), ['One.', 'Two.'])
})

t.test('words that a typesetter parted at the ends of lines are whole, and what has a hyphen keeps it', async (t) => {
  const read = (text: string): string => toText(loadPlainText(text).root)
  t.equal(
    read(
      '       The message is kept until the acknowledgement has been  re\u2010\n       ceived by the sender; a read\u2010only connection has none, and read-\n       only  files  are  never written. The option --dry-run of each con-\n       trol. Says  what would be done by it.\n',
    ),
    'The message is kept until the acknowledgement has been  received by the sender; a read-only connection has none, and read-only  files  are  never written. The option --dry-run of each control. Says  what would be done by it.',
  )
  const byHand =
    'The journal of the machine is written by the service systemd-\njournald, and kept for a month unless it is larger than that.'
  t.equal(read(byHand), byHand.replace('\n', ''))
  t.equal(read('N\bNA\bAM\bME\bE\n     \x1b[1mls\x1b[0m'), 'NAME\n     ls')
})
