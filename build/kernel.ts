// The loops of a BERT encoder with 12 heads of 32, compiled by AssemblyScript to kernel.wasm (npm run kernel).
// The caller lays the memory out (function/embedding/encoder.ts); rows are padded to a multiple of four, and 256 at most.

/** Floats -> integers within ±8191, row by row; `scales` takes what they are to be multiplied with. */
export function quantise(x: usize, rows: i32, width: i32, out: usize, scales: usize): void {
  for (let row = 0; row < rows; row++) {
    let top = f32x4.splat(0)
    for (let i = 0; i < width; i += 4) top = f32x4.pmax(top, f32x4.abs(v128.load(x + ((<usize>i) << 2))))
    const largest = max(highest(top), f32.MIN_NORMAL_VALUE)
    const factor = f32x4.splat(8191 / largest)
    store<f32>(scales + ((<usize>row) << 2), largest / 8191)
    for (let i = 0; i < width; i += 8) {
      const from = x + ((<usize>i) << 2)
      v128.store(
        out + ((<usize>i) << 1),
        i16x8.narrow_i32x4_s(round(f32x4.mul(v128.load(from), factor)), round(f32x4.mul(v128.load(from, 16), factor))),
      )
    }
    x += (<usize>width) << 2
    out += (<usize>width) << 1
  }
}

/** Nearest integers of floats below 2^22: adding 1.5 * 2^23 leaves them in the last bits. */
function round(x: v128): v128 {
  return i32x4.sub(f32x4.add(x, f32x4.splat(12582912)), i32x4.splat(0x4b400000))
}

/** out[m][n] = scales[m] * weightScales[n] * (a[m] . weights[n]) + bias[n]: four rows of `a` by two of the weights at a time. */
export function multiply(
  a: usize,
  scales: usize,
  weights: usize,
  weightScales: usize,
  bias: usize,
  out: usize,
  rows: i32,
  width: i32,
  outWidth: i32,
): void {
  const aRow = (<usize>width) << 1
  const outRow = (<usize>outWidth) << 2
  for (let m = 0; m < rows; m += 4) {
    let w0 = weights
    for (let n: usize = 0; n < outRow; n += 8) {
      let w1 = w0 + <usize>width
      let a0 = a,
        a1 = a0 + aRow,
        a2 = a1 + aRow,
        a3 = a2 + aRow
      let s00 = i32x4.splat(0),
        s01 = s00,
        s02 = s00,
        s03 = s00,
        s10 = s00,
        s11 = s00,
        s12 = s00,
        s13 = s00
      for (const end = w1; w0 < end; w0 += 8) {
        const v0 = v128.load_ext<i8>(w0),
          v1 = v128.load_ext<i8>(w1)
        let v = v128.load(a0)
        s00 = i32x4.add(s00, i32x4.dot_i16x8_s(v0, v))
        s10 = i32x4.add(s10, i32x4.dot_i16x8_s(v1, v))
        v = v128.load(a1)
        s01 = i32x4.add(s01, i32x4.dot_i16x8_s(v0, v))
        s11 = i32x4.add(s11, i32x4.dot_i16x8_s(v1, v))
        v = v128.load(a2)
        s02 = i32x4.add(s02, i32x4.dot_i16x8_s(v0, v))
        s12 = i32x4.add(s12, i32x4.dot_i16x8_s(v1, v))
        v = v128.load(a3)
        s03 = i32x4.add(s03, i32x4.dot_i16x8_s(v0, v))
        s13 = i32x4.add(s13, i32x4.dot_i16x8_s(v1, v))
        w1 += 8
        a0 += 16
        a1 += 16
        a2 += 16
        a3 += 16
      }
      w0 = w1
      put(s00, s10, load<f32>(scales), weightScales + n, bias + n, out + n)
      put(s01, s11, load<f32>(scales, 4), weightScales + n, bias + n, out + outRow + n)
      put(s02, s12, load<f32>(scales, 8), weightScales + n, bias + n, out + 2 * outRow + n)
      put(s03, s13, load<f32>(scales, 12), weightScales + n, bias + n, out + 3 * outRow + n)
    }
    a += aRow << 2
    scales += 16
    out += outRow << 2
  }
}

function put(s0: v128, s1: v128, scale: f32, weightScales: usize, bias: usize, out: usize): void {
  store<f32>(out, <f32>whole(s0) * scale * load<f32>(weightScales) + load<f32>(bias))
  store<f32>(out, <f32>whole(s1) * scale * load<f32>(weightScales, 4) + load<f32>(bias, 4), 4)
}

function whole(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
}

function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

function highest(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** x = the sum of x and y, each row of 384 brought to mean 0 and variance 1, then times `gain` plus `bias`. */
export function addAndNormalise(x: usize, y: usize, gain: usize, bias: usize, rows: i32): void {
  for (let row = 0; row < rows; row++) {
    let sum = f32x4.splat(0),
      squares = sum
    for (let i: usize = 0; i < 1536; i += 16) {
      const v = f32x4.add(v128.load(x + i), v128.load(y + i))
      v128.store(x + i, v)
      sum = f32x4.add(sum, v)
      squares = f32x4.add(squares, f32x4.mul(v, v))
    }
    const mean = total(sum) / 384
    const means = f32x4.splat(mean),
      factors = f32x4.splat(1 / sqrt<f32>(total(squares) / 384 - mean * mean + 1e-12))
    for (let i: usize = 0; i < 1536; i += 16) {
      const v = f32x4.mul(f32x4.sub(v128.load(x + i), means), factors)
      v128.store(x + i, f32x4.add(f32x4.mul(v, v128.load(gain + i)), v128.load(bias + i)))
    }
    x += 1536
    y += 1536
  }
}

/** x = x * (1 + erf(x / sqrt 2)) / 2, with erf by Abramowitz and Stegun 7.1.26, right to 1.5e-7. */
export function gelu(x: usize, count: i32): void {
  const one = f32x4.splat(1)
  for (const end = x + ((<usize>count) << 2); x < end; x += 16) {
    const v = v128.load(x)
    const z = f32x4.mul(f32x4.abs(v), f32x4.splat(Mathf.SQRT1_2))
    const t = f32x4.div(one, f32x4.add(one, f32x4.mul(z, f32x4.splat(0.3275911))))
    let p = f32x4.splat(1.061405429)
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736))
    p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592))
    // |v| * (1 - erf |z|) / 2 is what is missing to max(v, 0), on either side.
    const rest = f32x4.mul(f32x4.mul(p, t), exp(f32x4.neg(f32x4.mul(z, z))))
    v128.store(x, f32x4.sub(f32x4.pmax(v, f32x4.splat(0)), f32x4.mul(f32x4.mul(f32x4.abs(v), f32x4.splat(0.5)), rest)))
  }
}

/** e to the power of x <= 0: two to the whole part by the exponent's bits, to the rest by a polynomial, right to 2e-7. */
function exp(x: v128): v128 {
  const y = f32x4.pmax(f32x4.mul(x, f32x4.splat(Mathf.LOG2E)), f32x4.splat(-126))
  const floor = f32x4.floor(y)
  const f = f32x4.sub(y, floor)
  let p = f32x4.splat(0.0018775767)
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.0089893397))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.055826318))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.24015361))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.69315309))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.99999994))
  return f32x4.mul(p, i32x4.shl(i32x4.add(round(floor), i32x4.splat(127)), 23))
}

const row: usize = 1152 << 2
const keysRow: usize = 256 << 2

/** Rows of queries, keys and values (3 * 384) -> what each row takes from all others (384). `keys` and `scores` are room for 32 and 4 rows of 256 floats. */
export function attend(qkv: usize, rows: i32, out: usize, keys: usize, scores: usize): void {
  const padded = (rows + 7) & ~7
  for (let head: usize = 0; head < 12; head++) {
    const q = qkv + (head << 7),
      k = q + 1536,
      v = q + 3072
    for (let j = 0; j < padded; j++) {
      const to = keys + ((<usize>j) << 2)
      const from = k + <usize>j * row
      for (let d: usize = 0; d < 32; d++)
        store<f32>(to + d * keysRow, j < rows ? load<f32>(from + (d << 2)) * 0.17677669529663687 : 0)
    }
    for (let m = 0; m < rows; m += 4) {
      for (let j: usize = 0; j < <usize>padded; j += 8)
        block(q + <usize>m * row, row, keys + (j << 2), keysRow, 32, scores + (j << 2), keysRow)
      for (let r: usize = 0; r < 4; r++) softmax(scores + r * keysRow, rows)
      for (let d: usize = 0; d < 128; d += 32)
        block(scores, keysRow, v + d, row, rows, out + <usize>m * 1536 + (head << 7) + d, 1536)
    }
  }
}

/** out = a . b for four rows of `a` and eight columns of `b`, of which `depth` are added up. */
function block(a: usize, aRow: usize, b: usize, bRow: usize, depth: i32, out: usize, outRow: usize): void {
  const a1 = aRow,
    a2 = aRow << 1,
    a3 = a1 + a2
  let s00 = f32x4.splat(0),
    s01 = s00,
    s10 = s00,
    s11 = s00,
    s20 = s00,
    s21 = s00,
    s30 = s00,
    s31 = s00
  for (let i = 0; i < depth; i++) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16)
    let v = v128.load32_splat(a)
    s00 = f32x4.add(s00, f32x4.mul(v, b0))
    s01 = f32x4.add(s01, f32x4.mul(v, b1))
    v = v128.load32_splat(a + a1)
    s10 = f32x4.add(s10, f32x4.mul(v, b0))
    s11 = f32x4.add(s11, f32x4.mul(v, b1))
    v = v128.load32_splat(a + a2)
    s20 = f32x4.add(s20, f32x4.mul(v, b0))
    s21 = f32x4.add(s21, f32x4.mul(v, b1))
    v = v128.load32_splat(a + a3)
    s30 = f32x4.add(s30, f32x4.mul(v, b0))
    s31 = f32x4.add(s31, f32x4.mul(v, b1))
    a += 4
    b += bRow
  }
  v128.store(out, s00)
  v128.store(out, s01, 16)
  out += outRow
  v128.store(out, s10)
  v128.store(out, s11, 16)
  out += outRow
  v128.store(out, s20)
  v128.store(out, s21, 16)
  out += outRow
  v128.store(out, s30)
  v128.store(out, s31, 16)
}

function softmax(x: usize, count: i32): void {
  for (let i = count; i & 3; i++) store<f32>(x + ((<usize>i) << 2), -1e30)
  const end = x + ((((<usize>count) << 2) + 15) & ~15)
  let top = v128.load(x)
  for (let i = x; i < end; i += 16) top = f32x4.pmax(top, v128.load(i))
  const tops = f32x4.splat(highest(top))
  let sum = f32x4.splat(0)
  for (let i = x; i < end; i += 16) {
    const e = exp(f32x4.sub(v128.load(i), tops))
    v128.store(i, e)
    sum = f32x4.add(sum, e)
  }
  const share = f32x4.splat(1 / total(sum))
  for (let i = x; i < end; i += 16) v128.store(i, f32x4.mul(v128.load(i), share))
}

/**
 * The tokens of a vocabulary, one a line -> where each begins, and a hash table of 65,536 slots: a token's number, plus one, is
 * in the slot of its bytes' FNV-1a or, where others were before it, in the next that was free. Returns the longest token's length.
 */
export function indexTokens(vocabulary: usize, bytes: i32, starts: usize, table: usize): i32 {
  let hash: u32 = 0x811c9dc5
  let begin = 0
  let longest = 0
  let token = 0
  store<i32>(starts, 0)
  for (let i = 0; i < bytes; i++) {
    const byte = <u32>load<u8>(vocabulary + <usize>i)
    if (byte !== 10) {
      hash = (hash ^ byte) * 0x01000193
      continue
    }
    let slot = hash & 0xffff
    while (load<u16>(table + ((<usize>slot) << 1)) !== 0) slot = (slot + 1) & 0xffff
    token++
    store<u16>(table + ((<usize>slot) << 1), <u16>token)
    longest = max(longest, i - begin)
    begin = i + 1
    store<i32>(starts + ((<usize>token) << 2), begin)
    hash = 0x811c9dc5
  }
  return longest
}
