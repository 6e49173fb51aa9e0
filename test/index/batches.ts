import t from 'tap'
import { batches } from '../../index/batches.ts'

async function* upTo(count: number): AsyncGenerator<number> {
  for (let item = 1; item <= count; item += 1) yield item
}

const all = async (count: number, size: number): Promise<number[][]> => {
  const seen = []
  for await (const batch of batches(upTo(count), size)) seen.push(batch)
  return seen
}

t.test('items come in batches of a size, the last one with what is left', async (t) => {
  t.strictSame(await all(5, 2), [[1, 2], [3, 4], [5]])
  t.strictSame(await all(4, 2), [
    [1, 2],
    [3, 4],
  ])
  t.strictSame(await all(0, 2), [])
})
