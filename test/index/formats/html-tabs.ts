import t from 'tap'
import { loadHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

const read = (html: string): string => toText(loadHtml(`<main>${html}</main>`).root)
const expected = 'Linux:\n\nUse apt.\n\nMac:\n\nUse brew.'

t.test('what a tab opens begins with its name, whatever the page is made with', (t) => {
  const cases = [
    [
      'Docusaurus: by order',
      '<div><ul role="tablist"><li role="tab">Linux</li><li role="tab">Mac</li></ul><div><div role="tabpanel"><p>Use apt.</p></div><div role="tabpanel" hidden><p>Use brew.</p></div></div></div>',
    ],
    [
      'MkDocs: by order, switched by radio buttons',
      '<div><input type="radio" id="a" checked><input type="radio" id="b"><div class="tabbed-labels"><label for="a">Linux</label><label for="b">Mac</label></div><div class="tabbed-content"><div class="tabbed-block"><p>Use apt.</p></div><div class="tabbed-block"><p>Use brew.</p></div></div></div>',
    ],
    [
      'Sphinx: by what labels it',
      '<div><div role="tablist"><button role="tab" id="t2">Mac</button><button role="tab" id="t1">Linux</button></div><div role="tabpanel" aria-labelledby="t1"><p>Use apt.</p></div><div role="tabpanel" aria-labelledby="t2" hidden><p>Use brew.</p></div></div>',
    ],
    [
      'Bootstrap: by address',
      '<ul class="nav nav-tabs"><li><a href="#mac">Mac</a></li><li><a href="#linux">Linux</a></li></ul><div class="tab-content"><div class="tab-pane" id="linux"><p>Use apt.</p></div><div class="tab-pane" id="mac" style="display:none"><p>Use brew.</p></div></div>',
    ],
  ] as const
  for (const [name, html] of cases) t.equal(read(html), expected, name)
  t.end()
})

t.test('names that open nothing of the page stay as they are', (t) => {
  t.equal(read('<ul class="nav-tabs"><li>One</li><li>Two</li></ul><p>Text.</p>'), '- One\n- Two\n\nText.')
  t.end()
})
