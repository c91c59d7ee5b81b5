import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { fits, loadPiece, pieceOf } from '../src/kernel/source.ts'
import type { Picture } from '../src/picture.ts'

const folder = mkdtempSync(join(tmpdir(), 'kernel-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the loops over pixels', () => {
  test('are the ones that are written down', () => {
    const kernel = join(import.meta.dirname, '../src/kernel')
    const assembled = join(folder, 'pixels.wasm')
    const assembler = join(import.meta.dirname, '../../node_modules/.bin/wat2wasm')
    execFileSync(assembler, [join(kernel, 'pixels.wat'), '-o', assembled])
    const shipped = readFileSync(join(kernel, 'pixels.wasm'))
    expect(shipped.equals(readFileSync(assembled)), 'run npm run kernel').toBe(true)
  })
})

describe('a piece of a picture', () => {
  const side = fc.integer({ min: 1, max: 60 })
  const place = fc.double({ min: -100, max: 160, noNaN: true })

  test('holds all that its bounds are mixed from, and lies in the picture', () => {
    fc.assert(
      fc.property(side, side, place, place, place, place, (widthPx, heightPx, x0, x1, y0, y1) => {
        const picture = { widthPx, heightPx, rgb: new Uint8Array(0), scale: 1 }
        const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)]
        const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)]
        const piece = pieceOf(picture, { left, top, right, bottom })
        for (const at of [left, (left + right) / 2, right]) {
          const mixedOf = Math.min(Math.max(at - 0.5, 0), widthPx - 1)
          expect(Math.floor(mixedOf)).toBeGreaterThanOrEqual(piece.left)
          expect(Math.ceil(mixedOf)).toBeLessThan(piece.left + piece.widthPx)
        }
        for (const at of [top, bottom]) {
          const mixedOf = Math.min(Math.max(at - 0.5, 0), heightPx - 1)
          expect(Math.floor(mixedOf)).toBeGreaterThanOrEqual(piece.top)
          expect(Math.ceil(mixedOf)).toBeLessThan(piece.top + piece.heightPx)
        }
        expect(piece.left + piece.widthPx).toBeLessThanOrEqual(widthPx)
        expect(piece.top + piece.heightPx).toBeLessThanOrEqual(heightPx)
      }),
    )
  })

  test('of bounds that are no numbers is the picture’s first pixels', () => {
    const picture = { widthPx: 9, heightPx: 9, rgb: new Uint8Array(243), scale: 1 }
    const wild = { left: Number.NaN, top: 0, right: Number.NaN, bottom: 1 }
    expect(pieceOf(picture, wild)).toMatchObject({ left: 0, top: 0, widthPx: 2 })
  })

  test('that is too large for the memory is refused by its size', () => {
    const picture: Picture = { widthPx: 4_096, heightPx: 600, rgb: new Uint8Array(0), scale: 1 }
    const piece = { left: 0, top: 0, widthPx: 4_096, heightPx: 600 }
    expect(fits(piece)).toBe(false)
    expect(() => loadPiece(picture, piece)).toThrow('4096 × 600 pixels at once')
  })
})
