import t from 'tap'
import { loadHtml } from '../../../index/formats/html.ts'
import { toText } from '../../../index/text.ts'

t.test('a formula is said once, as the TeX it was made from or in a line', async (t) => {
  const cases = [
    [
      '<span class="katex"><span class="katex-mathml"><math><semantics><mi>E</mi><annotation encoding="application/x-tex">E=mc^2</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">E=mc2</span></span>',
      '$E=mc^2$',
    ],
    ['<script type="math/tex">a_b</script>', '$a_b$'],
    ['<math alttext="x^2"><mi>x</mi></math>', '$x^2$'],
    [
      '<math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>',
      'x²=a/(b+1)',
    ],
    [
      '<math><msqrt><mi>x</mi></msqrt><msub><mi>y</mi><mi>i</mi></msub><msubsup><mi>z</mi><mn>1</mn><mn>2</mn></msubsup><mroot><mi>x</mi><mn>3</mn></mroot></math>',
      '√(x)y_iz1²³√(x)',
    ],
    ['<math><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable></math>', '1;'],
    ['<mjx-container aria-label="x squared"></mjx-container>', 'x squared'],
    ['<span class="katex">raw</span>', 'raw'],
  ] as const
  for (const [given, expected] of cases) t.equal(toText(loadHtml(`<p>${given}</p>`).root), expected, given)
})
