// Tokens -> a vector, by the built-in model: its weights in the kernel's memory, and the order in which the kernel's loops run over them.
import { openSync, readSync } from 'node:fs'
import { type Kernel, startKernel } from './kernel.ts'
import {
  align,
  headWidth,
  innerWidth,
  layers,
  maxTokens,
  modelBytes,
  partOf,
  readPart,
  width,
  wordBytes,
} from './model-file.ts'
import { createTokenizer, type Tokenizer } from './word-pieces.ts'

export interface Encoder {
  readonly tokenizer: Tokenizer
  /** The vector of a text, of unit length, from its first 256 tokens. */
  readonly embed: (text: string) => Float32Array<ArrayBuffer>
}

/** The kernel works on so many rows together. */
const rowsAtOnce = 4

/**
 * Reads the model: 11 MB of weights. The rows of its words, 12 MB more, stay in the file, which is kept open: a text needs few
 * of them. Whether the file is whole was looked at before (findModel).
 */
export function openEncoder(path: string): Encoder {
  const file = openSync(path, 'r')
  const tokenizer = createTokenizer(readPart(file, partOf('vocabulary')))
  const { kernel, floats, room, addressOf } = loadWeights(file)

  /** x = the rows of the words and of their positions, added up and normalised. */
  const lookUp = (ids: readonly number[]): void => {
    const row = new Uint8Array(wordBytes)
    const [scale, values] = [new Float32Array(row.buffer, 0, 1), new Int8Array(row.buffer, 4)]
    for (const [index, id] of ids.entries()) {
      readSync(file, row, 0, wordBytes, partOf('words').offset + id * wordBytes)
      const to = room.x / 4 + index * width
      for (const [column, value] of values.entries()) floats[to + column] = value * (scale[0] ?? 0)
    }
    const positions = addressOf('positions') / 4
    floats.copyWithin(room.out / 4, positions, positions + ids.length * width)
    normalise('embedding', ids.length)
  }
  /** x = x and out added up, and normalised. */
  const normalise = (name: string, rows: number): void =>
    kernel.addAndNormalise(room.x, room.out, addressOf(`${name}.norm.gain`), addressOf(`${name}.norm.bias`), rows)
  const linear = (name: string, rows: number, from: number, fromWidth: number, to: number, toWidth: number): void => {
    const rowsThere = Math.ceil(rows / rowsAtOnce) * rowsAtOnce
    const [weights, scales, bias] = [
      addressOf(`${name}.weights`),
      addressOf(`${name}.scales`),
      addressOf(`${name}.bias`),
    ]
    kernel.quantise(from, rowsThere, fromWidth, room.integers, room.scales)
    kernel.multiply(room.integers, room.scales, weights, scales, bias, to, rowsThere, fromWidth, toWidth)
  }

  return {
    tokenizer,
    embed(text) {
      const all = tokenizer.encode(text)
      const ids = all.length <= maxTokens ? all : [...all.slice(0, maxTokens - 1), ...all.slice(-1)]
      const rows = ids.length
      lookUp(ids)
      for (let layer = 0; layer < layers; layer += 1) {
        linear(`${layer}.attention`, rows, room.x, width, room.inner, 3 * width)
        kernel.attend(room.inner, rows, room.context, room.keys, room.scores)
        linear(`${layer}.merged`, rows, room.context, width, room.out, width)
        normalise(`${layer}.merged`, rows)
        linear(`${layer}.inner`, rows, room.x, width, room.inner, innerWidth)
        kernel.gelu(room.inner, rows * innerWidth)
        linear(`${layer}.outer`, rows, room.inner, innerWidth, room.out, width)
        normalise(`${layer}.outer`, rows)
      }
      return toUnitMean(floats.subarray(room.x / 4, room.x / 4 + rows * width))
    },
  }
}

/** Where in the kernel's memory the numbers of one text are, with room for its 256 tokens. */
interface Room {
  readonly x: number
  readonly out: number
  readonly context: number
  readonly inner: number
  readonly integers: number
  readonly scales: number
  readonly keys: number
  readonly scores: number
}

/** The file from the positions on in the kernel's memory, then the room. */
function loadWeights(file: number): {
  readonly kernel: Kernel
  readonly floats: Float32Array
  readonly room: Room
  readonly addressOf: (part: string) => number
} {
  const begin = partOf('positions').offset
  const weights = { offset: begin, bytes: modelBytes - begin }
  let end = weights.bytes
  const take = (bytes: number): number => {
    const address = end
    end += align(bytes)
    return address
  }
  const room = {
    x: take(maxTokens * width * 4),
    out: take(maxTokens * width * 4),
    context: take(maxTokens * width * 4),
    inner: take(maxTokens * innerWidth * 4),
    integers: take(maxTokens * innerWidth * 2),
    scales: take(maxTokens * 4),
    keys: take(maxTokens * headWidth * 4),
    scores: take(maxTokens * rowsAtOnce * 4),
  }
  const { kernel, memory } = startKernel(end)
  readPart(file, weights, new Uint8Array(memory, 0, weights.bytes))
  return { kernel, floats: new Float32Array(memory), room, addressOf: (part) => partOf(part).offset - begin }
}

/** The mean of all rows, brought to length 1. */
function toUnitMean(rows: Float32Array): Float32Array<ArrayBuffer> {
  const sum = new Float32Array(width)
  for (const [index, value] of rows.entries()) sum[index % width] = (sum[index % width] ?? 0) + value
  const length = Math.hypot(...sum)
  return sum.map((value) => value / length)
}
