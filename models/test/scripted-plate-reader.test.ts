import { Plate, type PlateRead } from '@forecourt/contracts'
import { expect, test } from 'vitest'
import { createScriptedPlateReader, pictureKey } from '../src/index.ts'
import { describePlateReader, suitePictures } from './plate-reader-conformance.ts'

const readOf = (plate: string, left: number, widthPx: number, top: number): PlateRead => ({
  plate: Plate.parse(plate),
  raw: plate,
  confidence: 0.98,
  rejected: null,
  runnerUp: null,
  colour: null,
  corners: [
    [left, top],
    [left + widthPx, top],
    [left + widthPx, top + widthPx / 3],
    [left, top + widthPx / 3],
  ],
})

describePlateReader('the scripted reader', async () => {
  const { one, two, none } = await suitePictures()
  const script = new Map([
    [pictureKey(one.picture), one.plates.map((plate) => readOf(plate, 260, 200, 640))],
    [
      pictureKey(two.picture),
      two.plates.map((plate, index) => readOf(plate, 60, 260 - 100 * index, 300)),
    ],
    [pictureKey(none.picture), []],
  ])
  return { reader: createScriptedPlateReader(script), queuedMax: null }
})

test('a rule may answer instead of a map', async () => {
  const reader = createScriptedPlateReader((picture) =>
    picture.length > 1 ? [readOf('沪A12345', 0, 100, 0)] : [],
  )
  const signal = AbortSignal.timeout(1_000)
  expect(await reader.read(new Uint8Array(2), { signal })).toHaveLength(1)
  expect(await reader.read(new Uint8Array(1), { signal })).toEqual([])
})
