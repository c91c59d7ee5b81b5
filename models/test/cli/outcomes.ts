import { Plate, type PlateRead } from '@forecourt/contracts'
import { labelledPlate } from '@forecourt/contracts/labels'
import type { Outcome } from '../../src/cli/score.ts'

/** Reads from here on are accepted in these tests. */
const acceptedFrom = 0.9

export function readOf(plate: string, confidence: number): PlateRead {
  return {
    plate: Plate.parse(plate),
    raw: plate,
    confidence,
    rejected: confidence >= acceptedFrom ? null : 'low_confidence',
    runnerUp: null,
    colour: null,
    corners: [
      [10, 20],
      [110, 20],
      [110, 50],
      [10, 50],
    ],
  }
}

/** What a reader made of a picture with these plates in it. */
export function outcomeOf(
  plates: readonly string[],
  reads: readonly (readonly [plate: string, confidence: number])[],
  fault: string | null = null,
): Outcome {
  return {
    folder: 'somewhere',
    label: { line: 2, file: 'x.jpg', plates: plates.map((plate) => labelledPlate(plate)) },
    reads: reads.map(([plate, confidence]) => readOf(plate, confidence)),
    fault,
    durationMs: 10,
  }
}
