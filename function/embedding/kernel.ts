// The loops that must be fast, as WebAssembly, over a memory of their own. build/kernel.ts is their source: npm run kernel.
import { readFileSync } from 'node:fs'

/** What build/kernel.ts exports; its comments say what each does. Addresses are bytes of the memory. */
export interface Kernel {
  readonly quantise: (x: number, rows: number, width: number, out: number, scales: number) => void
  readonly multiply: (
    a: number,
    scales: number,
    weights: number,
    weightScales: number,
    bias: number,
    out: number,
    rows: number,
    width: number,
    outWidth: number,
  ) => void
  readonly addAndNormalise: (x: number, y: number, gain: number, bias: number, rows: number) => void
  readonly gelu: (x: number, count: number) => void
  readonly attend: (qkv: number, rows: number, out: number, keys: number, scores: number) => void
  readonly indexTokens: (vocabulary: number, bytes: number, starts: number, table: number) => number
}

/** Node has it, but leaves its types to the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernel }
}

const url = new URL('./kernel.wasm', import.meta.url)
const pageBytes = 65_536

/** The kernel over a memory of `bytes` or somewhat more, all zero. */
export function startKernel(bytes: number): { readonly kernel: Kernel; readonly memory: ArrayBuffer } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
  const { exports: kernel } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(url)), { env: { memory } })
  return { kernel, memory: memory.buffer }
}
