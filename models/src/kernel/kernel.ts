import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The loops of `pixels.wat`, where each is described; places in the memory are in bytes. */
type Loops = {
  readonly memory: WebAssembly.Memory
  halve(top: number, low: number, to: number, count: number): void
  upright(
    ...pieces: [
      from: number,
      rowBytes: number,
      columns: number,
      rows: number,
      to: number,
      widthPx: number,
      heightPx: number,
    ]
  ): void
  addLine(
    ...pieces: [
      from: number,
      rowBytes: number,
      right: number,
      bottom: number,
      a: number,
      bx: number,
      d: number,
      by: number,
      g: number,
      bw: number,
      u: number,
      stepU: number,
      columns: number,
      sums: number,
      count: number,
    ]
  ): void
  settle(sums: number, to: number, count: number, share: number): void
}

/** `pixels.wasm` is `pixels.wat` assembled (`npm run kernel`; a test compares the two). */
const file = join(import.meta.dirname, 'pixels.wasm')
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)))
/** Each call is done before the next begins, so all pictures share one memory, which never grows. */
export const loops = exports as unknown as Loops
export const memory = new Uint8Array(loops.memory.buffer)
export const numbers = new Int32Array(loops.memory.buffer)

/** Pixels of one side of what is made, at most. */
export const sideMaxPx = 512
/** Pixels that are made in one go, at most. */
export const madeMaxPx = 32_768
const madeBytes = madeMaxPx * 4
/** Columns and rows: a place and a weight for each; sums: four numbers a pixel; then what is made, and the source. */
export const at = {
  columns: 0,
  rows: sideMaxPx * 8,
  sums: 2 * sideMaxPx * 8,
  made: 2 * sideMaxPx * 8 + sideMaxPx * 16,
  source: 2 * sideMaxPx * 8 + sideMaxPx * 16 + madeBytes,
} as const
/** Bytes of source that fit, with a row after them that is read and counts for nothing. */
export const sourceMaxBytes = memory.byteLength - at.source - 16
