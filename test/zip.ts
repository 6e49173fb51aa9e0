import { crc32, deflateRawSync } from 'node:zlib'

/** A ZIP archive of files by their paths; `claimed` is what it says that each unpacks to, where that is a lie. */
export function toZip(files: Readonly<Record<string, string | Buffer>>, claimed?: number): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (const [path, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const name = Buffer.from(path)
    const sizes = Buffer.alloc(16)
    sizes.writeUInt32LE(crc32(bytes), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(claimed ?? bytes.length, 8)
    sizes.writeUInt16LE(name.length, 12)
    const local = Buffer.concat([
      Buffer.from('504b03041400000008000000000000', 'hex').subarray(0, 14),
      sizes,
      name,
      packed,
    ])
    const offset = Buffer.alloc(14)
    offset.writeUInt32LE(at, 10)
    entries.push(
      Buffer.concat([Buffer.from('504b01021400140000000800000000 00'.replace(' ', ''), 'hex'), sizes, offset, name]),
    )
    locals.push(local)
    at += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}
