import { PictureError, Plate, type PlateReader, plateAcceptConfidence } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bluePlate, drawBlueScene, drawScene, greenPlate } from './draw-scene.ts'

type PlateReaderFixture = {
  readonly reader: PlateReader
  /** Pictures beyond the one being read that the reader lets wait; null when it never lets any. */
  readonly queuedMax: number | null
}

const twoPlates = [
  { file: 'plate-green.png', widthPx: 150, left: 60, top: 300 },
  { file: 'plate-blue.png', widthPx: 260, left: 240, top: 660 },
] as const

/** The pictures the suite shows, and the plates to be read in each, widest first. */
export async function suitePictures() {
  return {
    one: { picture: await drawBlueScene(), plates: [bluePlate] },
    two: { picture: await drawScene(twoPlates), plates: [bluePlate, greenPlate] },
    none: { picture: await drawScene([]), plates: [] },
    notAPicture: new TextEncoder().encode('these bytes are no picture at all'),
  }
}

/** The promises of `PlateReader`, kept by every implementation: call it from the reader's test. */
export function describePlateReader(name: string, open: () => Promise<PlateReaderFixture>) {
  describe(`${name} as a PlateReader`, () => {
    let fixture: PlateReaderFixture
    let pictures: Awaited<ReturnType<typeof suitePictures>>
    beforeAll(async () => {
      pictures = await suitePictures()
      fixture = await open()
    })
    afterAll(() => fixture.reader.close())

    const read = (picture: Uint8Array, signal = AbortSignal.timeout(15_000)) =>
      fixture.reader.read(picture, { signal })

    test('reads the plate of a car', async () => {
      const [first, ...others] = await read(pictures.one.picture)
      expect(first?.plate).toBe(bluePlate)
      expect(others).toEqual([])
    })

    test('lists the widest plate first', async () => {
      const reads = await read(pictures.two.picture)
      expect(reads.map((each) => each.plate)).toEqual(pictures.two.plates)
    })

    test('finds nothing where there is no plate', async () => {
      expect(await read(pictures.none.picture)).toEqual([])
    })

    test('every plate is in the grammar, every confidence a probability', async () => {
      for (const each of await read(pictures.two.picture)) {
        expect(Plate.safeParse(each.plate).success).toBe(true)
        expect(each.confidence).toBeGreaterThan(0)
        expect(each.confidence).toBeLessThanOrEqual(1)
        expect(each.runnerUp?.confidence ?? 0).toBeLessThanOrEqual(each.confidence)
      }
    })

    test('corners run clockwise from the top left and enclose the plate', async () => {
      const [first] = await read(pictures.one.picture)
      const [topLeft, topRight, bottomRight, bottomLeft] = first?.corners ?? []
      expect(topLeft?.[0]).toBeLessThan(300)
      expect(topRight?.[0]).toBeGreaterThan(420)
      expect(bottomRight?.[1]).toBeGreaterThan(680)
      expect(bottomLeft?.[1]).toBeGreaterThan(topLeft?.[1] ?? 0)
    })

    test('what is no picture is picture_unreadable, and the next picture is read', async () => {
      await expect(read(pictures.notAPicture)).rejects.toMatchObject({
        code: 'picture_unreadable',
      })
      await expect(read(pictures.notAPicture)).rejects.toBeInstanceOf(PictureError)
      expect(await read(pictures.one.picture)).toHaveLength(1)
    })

    test('an aborted call ends in its reason', async () => {
      await expect(
        read(pictures.one.picture, AbortSignal.abort(new Error('the car left'))),
      ).rejects.toThrow('the car left')
    })

    test('a read is accepted exactly when its confidence suffices, else it says why not', async () => {
      for (const { picture } of [pictures.one, pictures.two])
        for (const each of await read(picture))
          expect(each.rejected === null).toBe(each.confidence >= plateAcceptConfidence)
    })

    test('beyond its queue it drops the oldest that waits, and counts', async () => {
      const before = fixture.reader.stats()
      const queuedMax = fixture.queuedMax ?? 8
      const calls = Array.from({ length: queuedMax + 2 }, () => read(pictures.none.picture))
      const ends = await Promise.allSettled(calls)
      const dropped = ends.flatMap((end, index) =>
        end.status === 'rejected' ? [{ index, code: (end.reason as PictureError).code }] : [],
      )
      expect(dropped).toEqual(
        fixture.queuedMax === null ? [] : [{ index: 1, code: 'reader_overloaded' }],
      )
      const after = fixture.reader.stats()
      expect(after.dropped - before.dropped).toBe(dropped.length)
      expect(after.read - before.read).toBe(ends.length - dropped.length)
    })
  })
}
