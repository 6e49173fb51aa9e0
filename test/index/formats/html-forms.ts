import t from 'tap'
import { loadHtml, parseHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

t.test('what asks for something in a form says nothing: the names of fields that are empty', async (t) => {
  const cases = [
    '<form><label>Name:<input></label><label>Email:<input type="email"></label><label>Message:<textarea></textarea></label></form>',
    '<label for="a">Name</label><div><input id="a"></div>',
    '<form>Name: <input><br>Country: <select><option>A</option><option>B</option></select><br><input type="submit"></form>',
    '<p><b>Phone</b> <input type="tel"></p>',
    '<table><tr><td>Zip</td><td><input></td></tr><tr><th>Country</th><td><select><option>A</option></select></td></tr></table>',
    '<fieldset><legend>Address</legend><div>Street <input></div></fieldset>',
    '<ul><li><label>Name <input></label></li></ul>',
    '<dl><dt><label for="u">User</label></dt><dd><input id="u"></dd></dl>',
  ]
  for (const given of cases) {
    t.equal(toText(loadHtml(`<main>${given}</main>`).root), '', given)
    t.strictSame(parseHtml(given).map(toText).join(''), '', given)
  }
})

t.test('a form keeps its paragraphs and headings, what is filled in and what is chosen from', async (t) => {
  const cases = [
    [
      '<form><h2>Write to us</h2><p>We answer in two days.</p><label>Name <input></label></form>',
      'Write to us\n\nWe answer in two days.',
    ],
    [
      '<form><input type="search"><p>Text. <a href="/">More</a></p><ul><li><input type="checkbox"> Open</li></ul></form>',
      'Text. More\n\n- [ ] Open',
    ],
    ['<form><label>Plate <input value="KX-204"></label></form>', 'Plate KX-204'],
    [
      '<fieldset><legend>Which plan?</legend><p><input type="radio" checked> Pro</p></fieldset>',
      'Which plan?\n\n(x) Pro',
    ],
    ['<p>Type the name of the host <input> and press Enter.</p>', 'Type the name of the host and press Enter.'],
    [
      '<table><tr><th>Name <input></th><th>Size</th></tr><tr><td>A</td><td>5</td></tr></table>',
      '| Name | Size |\n| --- | --- |\n| A | 5 |',
    ],
    ['<table><tr><td>Boat</td><td>5 €</td><td><input></td></tr></table>', '| Boat | 5 € |  |\n| --- | --- | --- |'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(`<main>${given}</main>`).root), expected, given)
})
