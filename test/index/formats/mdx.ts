import t from 'tap'
import { loadMdx } from '../../../index/formats/mdx.ts'
import { toText } from '../../../index/text.ts'

const read = (text: string): string => toText(loadMdx(text).root)

t.test('what a component shows in its props and between its tags stays', async (t) => {
  const cases = [
    ['<Card title="Hooks" description="Retried for 72 hours" href="/x" icon="bolt" />', 'Hooks: Retried for 72 hours'],
    ['<Note title="Mind">\n\nText.\n\n</Note>', 'Mind:\n\nText.'],
    ['<CodeBlock language="bash">{`curl -X POST`}</CodeBlock>', '```bash\ncurl -X POST\n```'],
    ['{/* secret */}\n\nThe port is {`8443`} for {"all"} hosts.', 'The port is 8443 for all hosts.'],
    ['<Tooltip tip="Round robin">Balancing</Tooltip> is on.', 'Balancing (Round robin) is on.'],
    ['<Faq items={[{ question: "Why?", answer: "Because of it." }]} />', 'Why?: Because of it.'],
    ['<Box style={{ color: "dark red" }} className="a b">\n\nText.\n\n</Box>', 'Text.'],
    ['10<sup>6</sup> of it', '10⁶ of it'],
    ['export const x = "a b"\n\nText.', 'Text.'],
    ['{ready && <p>It is ready.</p>}', 'It is ready.'],
    ['A {props.x} B', 'A  B'],
  ] as const
  for (const [given, expected] of cases) t.equal(read(given), expected, given)
})

t.test('what is not valid MDX is mended, with its components read as such', async (t) => {
  t.equal(
    read('Typically <10ms, { "level": 3 } by default.\n\n<Tab label="With yarn">\n\nRun `{x}`.\n\n</Tab>'),
    'Typically <10ms, { "level": 3 } by default.\n\nWith yarn:\n\nRun `{x}`.',
  )
  t.match(read('<Tab label="One">\n\nText {a.b(.\n\n</Other>'), /One:[\s\S]*Text \{a\.b\(\./)
})
