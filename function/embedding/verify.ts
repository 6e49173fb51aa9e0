// Whether the built-in model's file is the right one, byte for byte: looked at where a table or an image is made, not in a start.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { findModel, modelPath, unusable } from './model-file.ts'

/** SHA-256 of the file that build/model.ts makes. */
export const modelSha256 = 'a2db3dca3ff53ae3b1615a1ffc2120696e4152b541fe8ac6936af74868e48e6d'

/** Throws ModelFileError where the file is not, byte for byte, the one that this version was made with. */
export async function verifyModel(path = modelPath): Promise<void> {
  findModel(path)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  if (hash.digest('hex') !== modelSha256) throw unusable('has been changed', path)
}
