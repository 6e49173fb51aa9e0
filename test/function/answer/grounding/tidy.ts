import t from 'tap'
import { createTidy } from '../../../../function/answer/grounding/tidy.ts'

const tidied = (text: string, size: number, whole = false): string => {
  const tidy = createTidy(whole)
  let out = ''
  for (let at = 0; at < text.length; at += size) out += tidy.push(text.slice(at, at + size))
  return out + tidy.end()
}

t.test('what models write around an answer is taken off, in whatever pieces it comes', async (t) => {
  const answer = 'Kubernetes runs containers [1].'
  const cases: Array<[string, string]> = [
    [`<think>\nThe user asks about passage [3].\n</think>\n\n${answer}`, answer],
    [`Okay, the user asks. Passage [3] says.\n</think>\n\n${answer}`, answer],
    [`<thinking>hm [2]</thinking>${answer}`, answer],
    [`<think></think>\n\n${answer}`, answer],
    [`<|channel|>analysis<|message|>We need [2].<|end|><|start|>assistant<|channel|>final<|message|>${answer}`, answer],
    ['<think>\nOkay the user asks about passage [3]', ''],
    [`${answer}<|im_end|>\n<|im_start|>user\nAnd then?`, answer],
    [`<|im_start|>assistant\n${answer}<|im_end|>`, answer],
    [`${answer}</s>`, answer],
    [`${answer}<end_of_turn>\n<start_of_turn>user\nMore?`, answer],
    [`[THINK]hm [2], they\n[/THINK]${answer}`, answer],
    [`◁think▷hm [2]◁/think▷${answer}`, answer],
    [`<seed:think>hm [2]</seed:think>${answer}`, answer],
    [`<scratchpad>hm [2]</scratchpad>\n${answer}`, answer],
    [`analysisWe need [2].assistantfinal${answer}`, answer],
    [`<answer>${answer}</answer>`, answer],
    [`<think>hm</think>\n<answer>\n${answer}</answer>`, answer],
    [`<start_of_turn>model\n${answer}<end_of_turn>`, answer],
    [`<s>[INST] hi [/INST] ${answer}</s>`, answer],
    [`[INST] ${answer}`, answer],
    [`${answer}[/INST] hi`, answer],
    [`Answer: ${answer}`, answer],
    [`**Answer:** ${answer}`, answer],
    [
      `\`\`\`markdown\n${answer}\n\n\`\`\`bash\nkubectl get pods\n\`\`\`\nDone.\n\`\`\``,
      `${answer}\n\n\`\`\`bash\nkubectl get pods\n\`\`\`\nDone.\n`,
    ],
    [`\`\`\`\n${answer}\n\`\`\``, `${answer}\n`],
    [`Answer: \`\`\`markdown\n<answer>${answer}</answer>\n\`\`\``, `${answer}\n`],
    [`\`\`\`md\n${answer} It has \`\`a\`\`\`\n`, `${answer} It has \`\`a\`\`\`\n`],
    [`${answer}\n<think>\nhm [2]\n</think>\nIt ends.`, `${answer}\n\nIt ends.`],
    [`Sure! <think>hm [2]</think>\n\n${answer}`, `Sure! \n\n${answer}`],
    [`${answer} <think>hm [2],\nand so on</think>`, `${answer} `],
    [`${answer} <think>hm, they`, `${answer} <think>hm, they`],
    [`${answer}\n<think>\nhm, the user [2]`, `${answer}\n`],
    [`${answer}\n\n<think>`, `${answer}\n\n`],
    [`Use the <think> tag. Sure! <think>hm [2]</think>\n${answer}`, `Use the <think> tag. Sure! \n${answer}`],
    [`<think budget="low">hm [2]</think>${answer}`, answer],
    [`The price is <s>5</s> 7 euro. ${answer}</s>More.`, `The price is <s>5</s> 7 euro. ${answer}`],
    [`The price is <s class="old">5</s> 7 euro. ${answer}`, `The price is <s class="old">5</s> 7 euro. ${answer}`],
    ...[
      ['<reflection>', '</reflection>'],
      ['<inner_monologue>', '</inner_monologue>'],
      ['<thought_process>', '</thought_process>'],
      ['<reasoning_content>', '</reasoning_content>'],
      ['<|begin_of_thought|>', '<|end_of_thought|>\n<|begin_of_solution|>'],
      ['<|START_THINKING|>', '<|END_THINKING|><|START_RESPONSE|>'],
      ['<|thinking|>', '<|/thinking|>'],
      ['<unused94>thought\n', '<unused95>'],
      ['<tool_call>', '</tool_call>'],
      ['<function=search>', '</function>'],
      ['<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function', '<｜tool▁call▁end｜><｜tool▁calls▁end｜>'],
      ['Thinking: ', '\n\nAnswer: '],
      ['**Thought:** ', '\n**Final Answer:** '],
      ['### Reasoning\n\n', '\n\n### Answer\n\n'],
      ['Here is my thought process:\n', '\n\nHere is my response:\n'],
      ['Q: ', '\nA: '],
      ['思考：', '\n\n回答：'],
      ['Okay, ', '\n\n**Answer:**\n'],
    ].map(([opens, closes]): [string, string] => [`${opens}They ask of [2], hm.${closes}${answer}`, answer]),
    [`<|channel|>final <|constrain|>markdown<|message|>${answer}`, answer],
    ['<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"q":"x"}<|call|>', ''],
    ['[TOOL_CALLS][{"name":"search","arguments":{}}]', ''],
    ['<|python_tag|>search.call(query="x")', ''],
    ...['response', 'output', 'final_answer'].map((tag): [string, string] => [
      `<think>hm</think>\n<${tag}>\n${answer}\n</${tag}>`,
      `${answer}\n`,
    ]),
    ...['assistant\n\n', 'Assistant: ', '### Answer\n\n', "Sure! Here's the answer to your question:\n\n"].map(
      (says): [string, string] => [says + answer, answer],
    ),
    [`**Final Answer**: ${answer}`, answer],
    [`\`\`\`\`markdown\n# Answer\n\n${answer}\n\`\`\`\``, `${answer}\n`],
    [`~~~\n${answer}\n~~~`, `${answer}\n`],
    [`\`\`\`text\n${answer}\n\`\`\`\nThen:\n\`\`\`\nx\n\`\`\``, `${answer}\nThen:\n\`\`\`\nx\n\`\`\``],
    [`{"citations": [1], "answer": "${answer}"}`, answer],
    [`{"response": {"answer": "${answer}"}}`, answer],
    [`[{"final_answer": "${answer}"}]`, answer],
    [`\`\`\`json\n{"answer": ["${answer}", "It ends."]}\n\`\`\``, `${answer}\nIt ends.`],
    ['', ''],
  ]
  for (const [given, expected] of cases) {
    for (const size of [1, 2, 3, 7, 1000]) t.equal(tidied(given, size), expected, `${JSON.stringify(given)} by ${size}`)
    t.equal(tidied(given, 4, true), expected, `${JSON.stringify(given)} as a whole`)
  }
})

t.test('what is part of the answer stays', async (t) => {
  const cases = [
    '```bash\nkubectl get pods\n```',
    '```\nkubectl get pods\n```',
    'Use `<|im_start|>` to begin. It holds that a < b and x<y.',
    'Okay, pods run and that is all.',
    'The tag <s> strikes through? No: `<s>` does.'.replace('<s> ', ''),
    'Short.',
    'Put it in `<answer>` or `[THINK]`, says the page.',
    'Analysis of it shows [a] and ◁ b.',
    '{"kind": "Service"}',
    '{"kind": "Pod", "spec": {"text": "x"}}',
    '["a", "b"]',
    'Write <output> for the file and <result>x</result> for what is in it.',
    'Question: what is it? It is a pod.',
    'The tag <tool_call> opens a call, says the page.',
    'The answer is that pods run on nodes.',
    'We have two of them.\nA: the front.\nB: the back.',
    '**Analysis**: find the scope.\n**Response**: contain it.',
    '* Analysis: find the scope.\n* Answer: contain it.',
    "Let's call it:\n\n```http\nGET /x\n```\n\nResponse:\n\n```json\n{}\n```",
    'Wait for the line:\n```\nAnswer: 5\n```\nThen go on.',
    'Response to a POST request: 201 Created.',
    '{"status": "ok", "result": "healthy"}',
    '{"model": "llama", "response": "hi", "done": true}',
    '```json\n{"model": "llama", "content": "hi"}\n```',
    'Some models write [TOOL_CALLS] before a call. Then comes JSON.',
    'Some use <|python_tag|> for tools, and <|START_THINKING|> for thoughts. It ends.',
    'It holds <reason>Not found</reason> in it, and <failure_reason>late</failure_reason>.',
    '{"answer": 7}',
    '{"text": "\\x"}',
    '{ }',
    '```\nx <|im_end|> y\n```',
    '~~~\n<think>\nx\n</think>\n~~~',
    'Use ``a`<think>`` for it.',
    'The <think> tag opens the thoughts of a model, and the rest of the answer stays.',
    'A model begins with "<think>" and ends with "</think>", says the page.',
    'Its thoughts are closed by </think> later, its turn with <|im_end|> or </s>, too.',
    'They write:\n<think> and what they think.',
    '标签<think>用于思考，用</think>结束。',
    'Use the <think> tag as in:\n```\n<think>\nx\n</think>\n```\nIt ends.',
  ]
  for (const text of cases) for (const size of [1, 3, 1000]) t.equal(tidied(text, size), text, `${text} by ${size}`)
})

t.test('thinking that is only closed is dropped where nothing of it was sent yet', async (t) => {
  const thoughts = `Pods are asked for here. ${'They are many. '.repeat(20)}`
  t.equal(tidied(`${thoughts}</think>Pods run.`, 5, true), 'Pods run.')
  const streamed = tidied(`${thoughts}</think>Pods run.`, 5)
  t.match(streamed, /^Pods are asked/, 'what was sent is not taken back')
  t.notMatch(streamed, '</think>')
  t.match(streamed, /Pods run\.$/)
})

t.test('an answer is given back as it comes', async (t) => {
  const tidy = createTidy(false)
  t.equal(tidy.push('Kubernetes'), '', 'its beginning may still become something else')
  t.equal(tidy.push(' runs containers'), 'Kubernetes runs containers')
  t.equal(tidy.push(' on nodes <'), ' on nodes ')
  t.equal(tidy.push(' 5.'), '< 5.')
  t.equal(tidy.end(), '')
})
