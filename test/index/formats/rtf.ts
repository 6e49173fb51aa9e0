import t from 'tap'
import { loadRtf } from '../../../index/formats/rtf.ts'
import { toText } from '../../../index/text.ts'

const read = async (text: string): Promise<string> =>
  (await loadRtf(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252 ${text}}`, 'latin1'))).root.children
    .map((node) => (node.type === 'heading' ? `${'#'.repeat(node.depth)} ${toText(node)}` : toText(node)))
    .join('\n\n')

t.test('RTF is its text, in the letters that it means', async (t) => {
  const cases = [
    ['{\\fonttbl\\f0 Arial;}{\\info{\\title X}}{\\*\\generator Y;}Text.\\par', 'Text.'],
    ["caf\\'e9 \\u8364? \\u-10179?\\u-8704? \\lquote x\\rquote\\emdash y\\~z\\_1", 'café € 😀 ‘x’—y z-1'],
    ['10{\\super 6} CO{\\sub 2}, {\\strike 49} 39 {\\v hidden}', '10⁶ CO2, ~~49~~ 39'],
    ['\\pard\\outlinelevel1 Rules\\par\\pard Text\\line more.\\par', '## Rules\n\nText\nmore.'],
    [
      '\\trowd\\intbl Name\\cell Price\\cell\\row\\trowd\\intbl A\\par B\\cell 5\\cell\\row\\pard End.',
      '| Name | Price |\n| --- | --- |\n| A B | 5 |\n\nEnd.',
    ],
    [
      'Costs 250{\\super\\chftn}{\\*\\footnote\\chftn\\pard Tax of 19 %.} euros.\\par\\pard End.\\par',
      'Costs 250¹ euros.\n\n¹ Tax of 19 %.\n\nEnd.',
    ],
    [
      '{\\header\\pard QM-7731\\par}{\\headerl\\pard QM-7731\\par}{\\footer Page 1\\par}Text.{\\shp{\\*\\shpinst{\\shptxt Box.\\par}}}\\par',
      'QM-7731\n\nText.\n\nBox.',
    ],
    [
      '{\\stylesheet{\\s1\\b Heading 1;}{\\s2\\outlinelevel1\\snext0 Rule;}}\\pard\\s1{\\listtext\\pard 1\\tab}Risk\\par\\pard\\s2 Liability\\par\\pard Text.\\par',
      '# 1 Risk\n\n## Liability\n\nText.',
    ],
    [
      '\\trowd\\clvmgf\\cellx1000\\cellx3000 Zone\\cell Sales\\cell\\row\\trowd\\clvmrg\\cellx1000\\cellx2000\\cellx3010\\cell 2025\\cell 2026\\cell\\row\\trowd\\cellx1000\\cellx2000\\cellx3000 North\\cell 1\\cell 2\\cell\\row',
      '| Zone | Sales 2025 | Sales 2026 |\n| --- | --- | --- |\n| North | 1 | 2 |',
    ],
    ['10{\\up6 6} CO{\\dn4 2} a{\\up1 b}\\par', '10⁶ CO2 ab'],
    [
      '\\trowd\\clvmgf\\cellx1\\cellx2 North\\cell 1 kg\\cell\\row\\trowd\\clvmrg\\cellx1\\cellx2\\cell 2 kg\\cell\\row',
      '| North | 1 kg |\n| --- | --- |\n| North | 2 kg |',
    ],
    [
      "{\\fonttbl{\\f1\\fnil\\fcharset2 Wingdings;}{\\f2\\fcharset204 Arial;}}{\\f1 \\u61692?} {\\f2 \\'ef} {\\deleted gone}",
      '✓ п',
    ],
    ['{\\mmath{\\*\\moMath {\\mr U}{\\mr =}{\\mr RI}}{\\mmathPict x}}', 'U=RI'],
    [
      '{\\field{\\*\\fldinst HYPERLINK "https://a.example/x"}{\\fldrslt site}} and more',
      'site (https://a.example/x) and more',
    ],
    ['{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt site}} \\{a\\}', 'site {a}'],
  ] as const
  for (const [given, expected] of cases) t.equal(await read(given), expected, given)
  await t.rejects(loadRtf(Buffer.from('x')), { message: 'not an RTF file that can be opened' })
})

t.test('a title is a style of that name or a heading of the first level, and no lesser one', async (t) => {
  const titleOf = async (text: string): Promise<string | undefined> =>
    (
      await loadRtf(
        Buffer.from(
          `{\\rtf1{\\stylesheet{\\s1 heading 1;}{\\s2 heading 2;}{\\s3 Title;}}${text}\\pard Twice a day.\\par}`,
        ),
      )
    ).title
  t.equal(await titleOf('\\s3 Kennel\\par\\s1 Feeding\\par'), 'Kennel')
  t.equal(await titleOf('\\s2 Feeding\\par\\s1 Kennel\\par'), 'Kennel')
  t.equal(await titleOf('\\s2 Feeding\\par'), undefined)
})
