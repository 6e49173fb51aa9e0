import t from 'tap'
import { z } from 'zod'
import { inWords } from '../../../function/contract/questions.ts'

t.test('what is wrong with a field is said in words, with the way to it', async (t) => {
  const schema = z.object({
    list: z.array(z.object({ name: z.string().min(1), kind: z.enum(['a', 'b']).optional() })),
    on: z.boolean().optional(),
    many: z.union([z.number(), z.array(z.object({ size: z.number() }))]).optional(),
    bits: z.base64().optional(),
    least: z.number().max(3).optional(),
  })
  const list = [{ name: 'x' }]
  const cases: Array<[given: unknown, words: string]> = [
    [7, 'the body must be an object.'],
    [{}, 'list must be an array.'],
    [{ list: [{}] }, 'list[0].name must be a string.'],
    [{ list: [{ name: '' }] }, 'list[0].name must not be empty.'],
    [{ list: [...list, { name: 'x', kind: 'c' }] }, 'list[1].kind must be a or b.'],
    [{ list, on: 'yes' }, 'on must be true or false.'],
    [{ list, many: 'x' }, 'many must be a number or an array.'],
    [{ list, many: [{ size: 'x' }] }, 'many[0].size must be a number.'],
    [{ list, bits: '*' }, 'bits must be base64.'],
    [{ list, least: 4 }, 'least must be something else.'],
  ]
  for (const [given, words] of cases)
    t.equal(schema.safeParse(given, { error: inWords }).error?.issues[0]?.message, words)
})
