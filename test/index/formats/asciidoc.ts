import t from 'tap'
import { loadAsciidoc } from '../../../index/formats/asciidoc.ts'
import { toText } from '../../../index/text.ts'

t.test('AsciiDoc is what a reader sees of it, without its table of contents and what it includes', async (t) => {
  const { title, root } = await loadAsciidoc(
    '= Guide\n:toc:\n\n== Setup\n\nNOTE: Mind this.\n\n[source,bash]\n----\nmake all\n----\n\n|===\n|Name |Price\n\n|A |5\n|===\n\n10^6^ cells.\n\ninclude::/etc/hostname[]\n',
  )
  t.equal(title, 'Guide')
  t.match(
    toText(root),
    /^Guide\n\nSetup\n\nNote\n\nMind this\.\n\n```bash\nmake all\n```\n\n\| Name \| Price \|\n\| --- \| --- \|\n\| A \| 5 \|\n\n10⁶ cells\./,
  )
})

t.test('formulas stand between the marks that one types', async (t) => {
  const { root } = await loadAsciidoc(
    'Of stem:[sqrt(4) = 2] and latexmath:[a^2], with `\\$HOME`.\n\n[stem]\n++++\nx_1 < 2\n++++\n\n----\necho \\$A \\$B\n----\n',
  )
  t.equal(toText(root), 'Of $sqrt(4) = 2$ and $a^2$, with `\\$HOME`.\n\n$x_1 < 2$\n\n```\necho \\$A \\$B\n```')
})
