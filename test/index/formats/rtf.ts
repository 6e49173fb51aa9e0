import t from 'tap'
import { loadRtf } from '../../../index/formats/rtf.ts'
import { toText } from '../../../index/text.ts'

const read = async (text: string): Promise<string> =>
  toText((await loadRtf(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252 ${text}}`, 'latin1'))).root)

t.test('RTF is its text, in the letters that it means', async (t) => {
  const cases = [
    ['{\\fonttbl\\f0 Arial;}{\\info{\\title X}}{\\*\\generator Y;}Text.\\par', 'Text.'],
    ["caf\\'e9 \\u8364? \\u-10179?\\u-8704? \\lquote x\\rquote\\emdash y\\~z\\_1", 'café € 😀 ‘x’—y z-1'],
    ['10{\\super 6} CO{\\sub 2}, {\\strike 49} 39 {\\v hidden}', '10⁶ CO2, ~~49~~ 39'],
    ['\\pard\\outlinelevel1 Rules\\par\\pard Text\\line more.\\par', 'Rules\n\nText\nmore.'],
    [
      '\\trowd\\intbl Name\\cell Price\\cell\\row\\trowd\\intbl A\\par B\\cell 5\\cell\\row\\pard End.',
      '| Name | Price |\n| --- | --- |\n| A B | 5 |\n\nEnd.',
    ],
    ['{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt site}} \\{a\\}', 'site {a}'],
  ] as const
  for (const [given, expected] of cases) t.equal(await read(given), expected, given)
  await t.rejects(loadRtf(Buffer.from('x')), { message: 'not an RTF file that can be opened' })
})
