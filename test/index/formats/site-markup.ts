import t from 'tap'
import { toCommonMark } from '../../../index/formats/site-markup.ts'

/** Blank lines say nothing here but where blocks part. */
const read = (markdown: string): string =>
  toCommonMark(markdown)
    .replace(/\n{3,}/g, '\n\n')
    .trim()

t.test("MkDocs' admonitions and tabs are their title and what they hold, at any depth", async (t) => {
  const cases = [
    ['!!! note\n    Mind this.', 'Note:\n\nMind this.'],
    ['!!!note\n\tMind this.', 'Note:\n\nMind this.'],
    [
      '!!! warning inline end "Take care"\n\n    First.\n\n    Second.\n\nAfter.',
      'Take care:\n\nFirst.\n\nSecond.\n\nAfter.',
    ],
    ['!!! tip ":material-x: Go"\n    On.', 'Go:\n\nOn.'],
    ['!!! tip ""\n    No title.', 'No title.'],
    ['??? question "Why?"\n    Because.', 'Why?\n\nBecause.'],
    ['=== "kn"\n\n    Use kn.\n\n=== "YAML"\n\n    Use it.', 'kn:\n\nUse kn.\n\nYAML:\n\nUse it.'],
    [
      '!!! note\n    Outer.\n\n    !!! tip\n        Inner.\n\n    Outer again.',
      'Note:\n\nOuter.\n\nTip:\n\nInner.\n\nOuter again.',
    ],
    [
      '1. Do it:\n\n    === "kn"\n        ```bash\n        kn go\n\n            deep\n        ```\n1. Done.',
      '1. Do it:\n\n    kn:\n\n    ```bash\n    kn go\n\n        deep\n    ```\n1. Done.',
    ],
    ['Heading\n===', 'Heading\n==='],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('containers are their title and what they hold', async (t) => {
  const cases = [
    [':::tip[Good to know]{.x}\nText.\n:::', 'Good to know:\n\nText.'],
    [':::warning\nText.\n:::', 'Warning:\n\nText.'],
    ['::: danger STOP\nText.\n:::', 'STOP:\n\nText.'],
    [':::{note}\nText.\n:::', 'Note:\n\nText.'],
    ['::: code-group\nText.\n:::', 'Text.'],
    ['At 10:30 the ratio is 3:1.', 'At 10:30 the ratio is 3:1.'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('shortcodes and tags leave what a reader sees', async (t) => {
  const cases = [
    ['{{< note >}}\nMind this.\n{{< /note >}}', 'Mind this.'],
    ['{{% tab name="Linux" %}}\nText.\n{{% /tab %}}', 'Linux:\n\nText.'],
    ['{{< tab "macOS" >}}\nText.\n{{< /tab >}}', 'macOS:\n\nText.'],
    ['{{< details "Is it full?" >}}\nPrune.\n{{< /details >}}', 'Is it full?\n\nPrune.'],
    ['{{< tabs "os" >}}\nText.\n{{< /tabs >}}', 'Text.'],
    ['{{< figure src="/a.png" title="Kept 30 days" caption="Then gone." >}}', 'Kept 30 days: Then gone.'],
    ['{% include note.html content="Licences are per seat." %}', 'Licences are per seat.'],
    ['{% tab title="Mac" %}\nText.\n{% endtab %}', 'Mac:\n\nText.'],
    ['{% highlight bash %}\nls *\n{% endhighlight %}', '```bash\nls *\n```'],
    ['{{< highlight go "linenos=table" >}}\nx := 1\n{{< /highlight >}}', '```go\nx := 1\n```'],
    ['```js title="src/a.js" {1}\nx\n```', 'src/a.js:\n\n```js title="src/a.js" 1\nx\n```'],
    ['```sh [npm]\nx\n```', 'npm:\n\n```sh [npm]\nx\n```'],
    ['[[toc]]\nText.', 'Text.'],
    ['A {{< glossary_tooltip text="pod" term_id="pod" >}} runs.', 'A pod runs.'],
    ['A {{< glossary_tooltip term_id="kube-proxy" >}} runs.', 'A kube proxy runs.'],
    ['## {{% heading "prerequisites" %}}', '## prerequisites'],
    ['{{< figure src="x.png" caption="The parts" >}}', 'The parts'],
    ['See [the page]({{< ref "page.md" >}}) and [that]({{ url("x") }}).', 'See [the page](#) and [that](#).'],
    ['{% raw %}Keep {{ .Name }}{% endraw %}', 'Keep {{ .Name }}'],
    ['{{ feature(beta="0.24") }}\nText.', 'Text.'],
    ['Write `{{< note >}}` and `{% raw %}{{ .Name }}{% endraw %}`.', 'Write `{{< note >}}` and `{{ .Name }}`.'],
    ['[Go](x.md){ .md-button target="_blank" } :octicons-arrow-right-16:', '[Go](x.md)'],
    ['## Title {: #anchor }', '## Title'],
    [':rocket: Start at 10:30:00', ':rocket: Start at 10:30:00'],
    ['Read {.status.url} of it, and {.Name} too.', 'Read {.status.url} of it, and {.Name} too.'],
    ["import Tabs from '@theme/Tabs'\n\nText.", 'Text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('code is left as it is, but for what says that it is not a template', async (t) => {
  const code = '```go\n{{< x >}} :::note\n!!! note\n\timport a from "b"\n~~~\n```'
  t.equal(read(code), code)
  t.equal(read('``` { .bash .no-copy }\nls\n```'), '``` bash\nls\n```')
  t.equal(
    read('~~~\n{% raw %}{{ .Name }}{% endraw %}\n~~~\n:::note\nText.\n:::'),
    '~~~\n{{ .Name }}\n~~~\n\nNote:\n\nText.',
  )
  t.equal(read('```\nnever closed\n!!! note'), '```\nnever closed\n!!! note')
})

t.test('what CommonMark would take for a mark of its own stays as it is written', async (t) => {
  const cases = [
    ['kubectl scale <name> --replicas <count of pods>', 'kubectl scale \\<name> --replicas \\<count of pods>'],
    ['<Tabs>\ntext\n</Tabs>', '<Tabs>\ntext\n</Tabs>'],
    ['one<br>two and `<name>`', 'one<br>two and `<name>`'],
    ['The rate is $r_{in}$ here.', 'The rate is \\$r\\_\\{in\\}\\$ here.'],
    ['It costs $5 and $10, $HOME/$USER too.', 'It costs $5 and $10, $HOME/$USER too.'],
    ['$$\na_b\n$$', '\\$\\$\na\\_b\n\\$\\$'],
    ['2*3*4 is *fine*', '2\\*3\\*4 is *fine*'],
    ['See [[Valves/Main|the valve]], [[Page#Part]]. ==Now.== ^id-1', 'See the valve, Page > Part. Now.'],
    ['%%a remark%%\n\n![[x.png]]\n\n100%% of it', '100%% of it'],
    ['[[ -f x ]] and [[a](b)]', '[[ -f x ]] and [[a](b)]'],
    ['See {ref}`the part <target>` and {kbd}`Ctrl`.', 'See the part and `Ctrl`.'],
    ['A {% for %} tag repeats.', 'A {% for %} tag repeats.'],
    ['{% if x %}\nText.\n{% endif %}', 'Text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('code by indentation is left as it is, in a list as well', async (t) => {
  const cases = [
    'Loop:\n\n    {% for x in y %}\n    :host: a\n\n    <name>\n\nDone.',
    '1. One\n\n        {% include_tasks x %}',
  ]
  for (const given of cases) t.equal(read(given), given)
  t.equal(read('- one\n\n    - <two>'), '- one\n\n    - \\<two>', 'and text in a list is text')
})

t.test("MyST's directives and the docs of Azure are their text", async (t) => {
  const cases = [
    ['```{warning} Mind\n:class: x\nText.\n```\nAfter.', 'Mind:\n\nText.\n\nAfter.'],
    ['```{code-block} python\nx = 1\n```', '```python\nx = 1\n```'],
    ['```{toctree}\na\nb\n```\nAfter.', 'After.'],
    ['(label)=\n# Heading', '# Heading'],
    [':::moniker range=">= v2"\nText.\n:::moniker-end', 'Text.'],
    [':::image type="content" source="x.png" alt-text="The door":::', 'The door:'],
    ['> [!INCLUDE [x](y.md)]\nText.', 'Text.'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('a shortcode over several lines goes whole, and one that never ends is left as it is', async (t) => {
  t.equal(read('Before.\n\n{{< img\n  src="a.jpg"\n  alt="A park"\n>}}\n\nAfter.'), 'Before.\n\nA park\n\nAfter.')
  t.equal(read('{{< img\n\nAfter.'), '{{< img\n\nAfter.')
})

t.test('a tag is one for the parser too where an address in it has no quotes', async (t) => {
  const cases = [
    ['<a href=https://example.com/a>It</a>', '<a href="https://example.com/a">It</a>'],
    ['<img width=10 src=/a.png >', '<img width=10 src="/a.png" >'],
    ['`<a href=https://example.com>`', '`<a href=https://example.com>`'],
    ['--set a=b/c', '--set a=b/c'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})
