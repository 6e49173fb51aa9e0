import t from 'tap'
import { loadRst } from '../../../index/formats/rst.ts'
import { toText } from '../../../index/text.ts'

const read = (text: string): string => toText(loadRst(text).root)

t.test('headings have the depth at which their underlines come', async (t) => {
  const { title, root } = loadRst('=====\nTitle\n=====\n\nText.\n\nOne\n---\n\nDeep\n~~~~\n\nTwo\n---\n')
  t.equal(title, 'Title')
  t.strictSame(
    root.children.map((node) => (node.type === 'heading' ? node.depth : 0)),
    [1, 0, 2, 3, 2],
  )
})

t.test('terms, formulas, lines and notes without a number are what a reader sees', async (t) => {
  const cases = [
    ['Option ``-x``\n    Runs it.\n\nText.', '- Option `-x`:\n  Runs it.\n\nText.'],
    ['.. math:: E = mc^2\n\nText.', 'E = mc^2\n\nText.'],
    ['| one\n| two', 'one\ntwo'],
    ['Fee [#]_ and [#]_.\n\n.. [#] First.\n.. [#]\n   Second.', 'Fee ¹ and ².\n\n¹ First.\n\n² Second.'],
    ['.. figure:: x.png\n   :alt: The pump\n\n   The pump', 'The pump'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('what stands below or beside a directive, a comment or a cell is never lost or run together', async (t) => {
  const cases = [
    ['1. One\n\n   .. remark\n\n   More of one.\n\n2. Two\n', '1. One\n   More of one.\n2. Two'],
    ['Text.\n\n..\n\n   A quote.\n', 'Text.\n\nA quote.'],
    ['.. remark\n   that goes on\n\nText.', 'Text.'],
    ['.. only:: html\n\n   Seven.\n\n.. only:: latex\n\n   Eight.\n', 'Seven.'],
    ['.. only:: not html\n\n   Eight.\n\n.. only:: latex or html\n\n   Nine.\n', 'Nine.'],
    [
      '.. |pump| replace:: Pump 3\n.. |deg| unicode:: U+00B0 C .. degree\n\nThe |Pump|_ at 20 |deg|, |other|.',
      'The Pump 3 at 20 °C, other.',
    ],
    [
      '.. list-table::\n\n   * - Mode\n     - Values\n   * - speed\n     - One of:\n\n       - fast\n       - slow\n   * -\n     - 3\n',
      '| Mode | Values |\n| --- | --- |\n| speed | One of: fast; slow |\n|  | 3 |',
    ],
    ['.. admonition:: Own title\n\n   Body.\n', 'Own title:\n\nBody.'],
    ['.. tabs::\n\n   .. tab:: Linux\n\n      Use apt.\n', 'Linux:\n\nUse apt.'],
    ['.. tip:: Mind this.\n\n   And that.\n', 'Tip:\n\nMind this.\n\nAnd that.'],
    ['.. container:: wide\n\n   In it.\n', 'In it.'],
    ['.. centered:: In the middle\n', 'In the middle'],
    ['.. code-block:: sh\n   :linenos:\n\n   ls\n', '```sh\nls\n```'],
    ['-a        all of 4\n--size=N  of N\n-b FILE   to it', '-a        all of 4\n--size=N  of N\n-b FILE   to it'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('what Sphinx adds is what a reader sees of it', async (t) => {
  const cases = [
    [
      'A :ref:`link <x>`, ``code``, `site <https://example.org>`_ and |name|.',
      'A link, `code`, site (https://example.org) and name.',
    ],
    ['10\\ :sup:`6` and H\\ :sub:`2`\\ O', '10⁶ and H2O'],
    ['.. note:: Mind\n   this.\n\nAfter.', 'Note:\n\nMind this.\n\nAfter.'],
    ['.. warning::\n\n   Hot.\n\n   .. code-block:: bash\n\n      ls *\n', 'Warning:\n\nHot.\n\n```bash\nls *\n```'],
    ['Run::\n\n    make all\n\nDone.', 'Run:\n\n```\nmake all\n```\n\nDone.'],
    ['+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n|   | 3 |\n+---+---+\n', '| a | b |\n| --- | --- |\n| 1 | 2 3 |'],
    ['== ===\na  b\n== ===\n1  2\n   3\n== ===\n\nText.', '| a | b |\n| --- | --- |\n| 1 | 2 3 |\n\nText.'],
    [
      '.. list-table:: Rates\n   :header-rows: 1\n\n   * - Zone\n     - Rate\n   * - North\n       side\n     - 7\n',
      'Rates\n\n| Zone | Rate |\n| --- | --- |\n| North side | 7 |',
    ],
    ['.. csv-table:: Rates\n\n   a, "b"\n   1, 2\n', 'Rates\n\n| a | b |\n| --- | --- |\n| 1 | 2 |'],
    [
      '.. csv-table:: Rates\n   :header: "Rate, yearly", b\n\n   1,"2,5"\n',
      'Rates\n\n| Rate, yearly | b |\n| --- | --- |\n| 1 | 2,5 |',
    ],
    ['.. versionadded:: 2.1\n   New.\n', 'New in version 2.1:\n\nNew.'],
    ['.. py:function:: open(path)\n\n   Opens it.\n', '`open(path)`\n\nOpens it.'],
    ['.. toctree::\n\n   a\n\n.. a comment\n\nText.', 'Text.'],
    ['.. image:: x.png\n   :alt: The door\n', 'The door'],
    ['Text. [1]_\n\n.. [1] A note.\n', 'Text. ¹\n\n¹ A note.'],
    ['>>> 1 + 1\n2\n\nText.', '```pycon\n>>> 1 + 1\n2\n```\n\nText.'],
    ['.. rubric:: More\n\n#. one\n#. two\n', 'More\n\n1. one\n2. two'],
    [':Author: Anna\n', '- Author: Anna'],
    ['.. _target: https://example.org\n\nUse <name> here.', 'Use <name> here.'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('what a name stands for moves no column and no underline, names others, and leaves code as it is', async (t) => {
  const names = '.. |v| replace:: release 12.4 of |product|\n.. |product| replace:: the pump\n\n'
  const cases = [
    [
      '+------+-------+\n| Part | Value |\n+======+=======+\n| |v|  | new   |\n+------+-------+\n',
      '| Part | Value |\n| --- | --- |\n| release 12.4 of the pump | new |',
    ],
    [
      '====  =====\nPart  Value\n====  =====\n|v|   new\n====  =====\n',
      '| Part | Value |\n| --- | --- |\n| release 12.4 of the pump | new |',
    ],
    ['On |v|\n======\n\nText.', 'On release 12.4 of the pump\n\nText.'],
    ['Write ``|v|``::\n\n   cat a |v| b\n', 'Write `|v|`:\n\n```\ncat a |v| b\n```'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(names + given), expected, given)
})

t.test('a line that may name an option is read once, whatever stands in it', async (t) => {
  const line = `-a${'=,'.repeat(30_000)}`
  t.equal(read(`Text.\n${line}\n`), `Text. ${line}`)
})
