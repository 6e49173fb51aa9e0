// What the file of the built-in model holds, and where. build/model.ts writes it by this layout, encoder.ts reads it by the same.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ModelFileError } from '../errors.ts'

/** Its name in a table's manifest. */
export const modelName = 'all-MiniLM-L6-v2'
/** What the model reads of a text, the token before it and the one after it included. */
export const maxTokens = 256
/** Of a vector, and of what the layers hand on. */
export const width = 384
/** Inside a layer. */
export const innerWidth = 1536
export const layers = 6
/** Of one of the twelve heads of attention. */
export const headWidth = 32
export const vocabularySize = 30_522
/** A word's row: what its eight-bit values are multiplied with, as a float, then the values. */
export const wordBytes = 4 + width

export interface Part {
  readonly offset: number
  readonly bytes: number
}

const vocabularyBytes = 231_508
const alignment = 16

/** The parts of the file in their order, with their lengths. */
const lengths: ReadonlyArray<readonly [name: string, bytes: number]> = [
  ['vocabulary', vocabularyBytes],
  ['words', vocabularySize * wordBytes],
  ['positions', maxTokens * width * 4],
  ...norm('embedding'),
  ...Array.from({ length: layers }, (_, layer) => [
    ...linear(`${layer}.attention`, width, 3 * width),
    ...linear(`${layer}.merged`, width, width),
    ...norm(`${layer}.merged`),
    ...linear(`${layer}.inner`, width, innerWidth),
    ...linear(`${layer}.outer`, innerWidth, width),
    ...norm(`${layer}.outer`),
  ]).flat(),
]

/** Rows of eight-bit weights, one for each output, what each row is multiplied with, and what is added to it. */
function linear(name: string, from: number, to: number): Array<readonly [string, number]> {
  return [
    [`${name}.weights`, from * to],
    [`${name}.scales`, to * 4],
    [`${name}.bias`, to * 4],
  ]
}

function norm(name: string): Array<readonly [string, number]> {
  return [
    [`${name}.norm.gain`, width * 4],
    [`${name}.norm.bias`, width * 4],
  ]
}

/** Every part begins at a multiple of 16. */
let end = 0
const parts: ReadonlyMap<string, Part> = new Map(
  lengths.map(([name, bytes]) => {
    const offset = end
    end += align(bytes)
    return [name, { offset, bytes }]
  }),
)

export const modelBytes = end

export function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

export function partOf(name: string): Part {
  const part = parts.get(name)
  if (part === undefined) throw new Error(`The model's file has no part ${name}.`)
  return part
}

/** Reads a part of the open file, whole, as many parts as `bytes` cover. */
export function readPart(file: number, { offset, bytes }: Part, into = new Uint8Array(bytes)): Uint8Array {
  for (let read = 0; read < bytes; ) {
    const more = readSync(file, into, read, bytes - read, offset + read)
    if (more === 0) throw new Error('The file of the built-in model ends before its end.')
    read += more
  }
  return into
}

/** The tokens, one a line. Throws ModelFileError. */
export function readVocabulary(path = modelPath): Uint8Array {
  findModel(path)
  const file = openSync(path, 'r')
  try {
    return readPart(file, partOf('vocabulary'))
  } finally {
    closeSync(file)
  }
}

/** Beside this module in a checkout, beside the bundle in an image. */
export const modelPath = fileURLToPath(new URL(`./${modelName}.bin`, import.meta.url))

/** Throws ModelFileError where the file is not there or not as long as it should be: what a start can afford to look at. */
export function findModel(path: string): void {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size
  if (bytes === undefined) throw unusable('is missing', path)
  if (bytes !== modelBytes) throw unusable(`has ${bytes} bytes instead of ${modelBytes}`, path)
}

/** Where it was looked for is for the log. */
export function unusable(what: string, path: string): ModelFileError {
  return new ModelFileError(
    `The built-in model's file ${modelName}.bin ${what}. Bring it back from the repository, or take a model of Ollama's: EMBEDDING_MODEL.`,
    { cause: new Error(path) },
  )
}
