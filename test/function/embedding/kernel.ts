import t from 'tap'
import { startKernel } from '../../../function/embedding/kernel.ts'

t.test('matrices are multiplied as by hand', async (t) => {
  const { kernel, memory } = startKernel(65_536)
  const floats = new Float32Array(memory)
  const [x, integers, scales, weights, weightScales, bias, out] = [0, 1024, 2048, 3072, 4096, 4160, 5120]
  const rows = [[1, -2, 3, 4, 5, 6, 7, 8], [0, 0, 0, 0, 0, 0, 0, 1], Array(8).fill(0), Array(8).fill(-1)]
  floats.set(rows.flat(), x / 4)
  const columns = [
    [1, 1, 1, 1, 1, 1, 1, 1],
    [127, 0, 0, -127, 0, 0, 0, 2],
  ]
  new Int8Array(memory).set(columns.flat(), weights)
  floats.set([0.5, 2], weightScales / 4)
  floats.set([10, -1], bias / 4)
  kernel.quantise(x, 4, 8, integers, scales)
  kernel.multiply(integers, scales, weights, weightScales, bias, out, 4, 8, 2)
  const wanted = rows.flatMap((row) =>
    columns.map((column, index) => {
      const dot = row.reduce((sum, value, at) => sum + value * (column[at] ?? 0), 0)
      return dot * (index === 0 ? 0.5 : 2) + (index === 0 ? 10 : -1)
    }),
  )
  for (const [index, value] of wanted.entries())
    t.ok(Math.abs((floats[out / 4 + index] ?? 0) - value) < 0.2, `${floats[out / 4 + index]} for ${value}`)
})

t.test('gelu is right on both sides, and far out', async (t) => {
  const { kernel, memory } = startKernel(65_536)
  const floats = new Float32Array(memory)
  const values = [-40, -3, -1, -0.1, 0, 0.5, 2, 40]
  floats.set(values)
  kernel.gelu(0, values.length)
  const wanted = [0, -0.00404951, -0.15865526, -0.04601722, 0, 0.34573123, 1.95449974, 40]
  for (const [index, value] of wanted.entries()) t.ok(Math.abs((floats[index] ?? 0) - value) < 1e-5, `${values[index]}`)
})

t.test('tokens are indexed: where each begins, and how long the longest is', async (t) => {
  const { kernel, memory } = startKernel(262_144)
  new Uint8Array(memory).set(new TextEncoder().encode('a\nlonger\n##b\n'))
  t.equal(kernel.indexTokens(0, 13, 1024, 65_536), 6)
  t.strictSame([...new Int32Array(memory, 1024, 4)], [0, 2, 9, 13])
  t.strictSame([...new Uint16Array(memory, 65_536, 65_536)].filter((id) => id > 0).sort(), [1, 2, 3])
})
