import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Source = readonly [from: number, rowBytes: number]
type Size = readonly [widthPx: number, heightPx: number]
/** Of the piece that a line of samples is taken from: its last column and row. */
type Ends = readonly [right: number, bottom: number]
/** Where on the line a sample at u is taken, as `addLine` says. */
type Line = readonly [a: number, bx: number, d: number, by: number, g: number, bw: number]

/** The loops of `pixels.wat`, where each is described. Places in the memory are in bytes. */
type Loops = {
  readonly memory: WebAssembly.Memory
  halve(top: number, low: number, to: number, count: number): void
  upright(...source: [...Source, columns: number, rows: number, to: number, ...Size]): void
  addLine(
    ...line: [
      ...Source,
      ...Ends,
      ...Line,
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

const tableBytes = sideMaxPx * 8
const sumsBytes = sideMaxPx * 16
const madeBytes = madeMaxPx * 4
/** What lies where: a place and a weight for each column and row, four numbers a sum, what is made, the source. */
export const at = {
  columns: 0,
  rows: tableBytes,
  sums: 2 * tableBytes,
  made: 2 * tableBytes + sumsBytes,
  source: 2 * tableBytes + sumsBytes + madeBytes,
} as const
/** Bytes of source that fit; those after them may be read, and count for nothing. */
export const sourceMaxBytes = memory.byteLength - at.source - 16
