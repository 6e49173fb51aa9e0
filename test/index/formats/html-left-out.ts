import t from 'tap'
import { loadHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

t.test('what belongs to the site goes, what belongs to the text stays', async (t) => {
  const cases = [
    ['<title>Pumps | Site</title><header><h1>Pumps</h1><p>Ada</p></header><p>Text.</p>', 'Pumps\n\nAda\n\nText.'],
    ['<title>Pumps | Site</title><header><h1><a href="/">Pumps</a></h1></header><p>Text.</p>', 'Text.'],
    ['<p>5 %.<a epub:type="noteref" href="#1">1</a> <span class="line-through">49</span></p>', '5 %.¹ ~~49~~'],
    ['<p>Note.<a href="#a">↩\ufe0e</a></p>', 'Note.'],
    ['<body><header><h1>Site</h1></header><aside>Ads</aside><p>Text.</p><footer>© us</footer></body>', 'Text.'],
    [
      '<main><header><h1>Title</h1></header><aside class="note">Mind this.</aside><aside>Ads</aside><p>Text.</p><footer>Edit</footer></main>',
      'Title\n\nMind this.\n\nText.',
    ],
    ['<article><p>One.</p></article><article><p>Two.</p></article>', 'One.\n\nTwo.'],
    [
      '<body><div id="cookie-banner">We use cookies.</div><p style="display: none">Gone</p><p>Text.</p></body>',
      'Text.',
    ],
    ['<p>Text <template>a <b>row</b></template>of <video>No films in your browser.</video>it.</p>', 'Text of it.'],
    ['<main><p id="cookie-banner">How to make a banner.</p></main>', 'How to make a banner.'],
    ['<p>Text.<a href="#ref1">↩</a></p>', 'Text.'],
    ['<form action="/"><p>Text.</p><button>Go</button></form>', 'Text.'],
    ['<h2>Life <a href="#life">¶</a></h2><div role="alert">Careful.</div>', 'Life\n\nCareful.'],
    ['<dl><dt>Pod</dt><dd>A group.</dd></dl>', '- Pod:\n  A group.'],
    ['<table><tr><th>a<br>b</th><th>c</th></tr></table>', '| a b | c |\n| --- | --- |'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(given).root), expected, given)
})

t.test('what a reader can unfold is read, what nobody can open is not', async (t) => {
  const cases = [
    [
      '<div role="tablist"><button role="tab">Linux</button></div><div role="tabpanel" hidden><p>Run it.</p></div>',
      'Linux:\n\nRun it.',
    ],
    ['<div onclick="x()">Islands?</div><p hidden>Two days.</p>', 'Islands?\n\nTwo days.'],
    ['<button>Returns?</button><p hidden>A month.</p>', 'Returns?\n\nA month.'],
    ['<p>Text.</p><p x-show="open" style="display:none">More.</p>', 'Text.\n\nMore.'],
    ['<h3>Why?</h3><div aria-hidden="true"><p>Because.</p></div>', 'Why?\n\nBecause.'],
    [
      '<h3><button aria-expanded="false">Why?</button></h3><div style="display:none">Because.</div>',
      'Why?\n\nBecause.',
    ],
    ['<a href="#more">More</a><p id="more" hidden>Because.</p>', 'More\n\nBecause.'],
    ['<button aria-controls="x">Details</button><div id="x" hidden>Because.</div>', 'Details\n\nBecause.'],
    ['<p>Text.</p><p hidden>Gone</p><span aria-hidden="true">*</span>', 'Text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(`<main>${given}</main>`).root), expected, given)
})

t.test('a header and an aside that say something are text', async (t) => {
  const intro = 'The house is open to members from six in the morning until ten.'
  t.equal(
    toText(loadHtml(`<body><header><h1>Club</h1><p>${intro}</p></header><p>Boats.</p></body>`).root),
    `Club\n\n${intro}\n\nBoats.`,
  )
  t.equal(toText(loadHtml(`<main><p>Boats.</p><aside>${intro}</aside></main>`).root), `Boats.\n\n${intro}`)
})
