import t from 'tap'
import { html } from '../../../compare/report/html.ts'

t.test('what is put in is escaped, unless it is HTML', (t) => {
  const list = ['<a>', html`<b>${'&'}</b>`, 1_200]
  t.equal(html`<p title="${'"\''}">${list}</p>`.text, '<p title="&quot;&#39;">&lt;a&gt;<b>&amp;</b>1,200</p>')
  t.end()
})
