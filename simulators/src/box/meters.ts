import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Delivery, PumpFigures } from '../pumps/index.ts'

/** Where each fuelling point's meter stands: a real meter counts on through every power cut. */
const Meters = z.record(
  z.string(),
  z.strictObject({
    totaliserMl: z.number().int().nonnegative(),
    transactionNumber: z.number().int().nonnegative(),
  }),
)
export type Meters = z.infer<typeof Meters>

/** @returns Nothing for a new data folder. @throws {Error} when the file is damaged. */
export function readMeters(dataDirectory: string): Meters {
  const text = readIfThere(fileIn(dataDirectory))
  return text === null ? {} : Meters.parse(JSON.parse(text))
}

export function writeMeters(dataDirectory: string, meters: Meters): void {
  const file = fileIn(dataDirectory)
  writeFileSync(`${file}.new`, `${JSON.stringify(meters, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** The meters after these deliveries; a point that delivered nothing keeps what it had. */
export function metersAfter(
  before: Meters,
  now: {
    readonly figures: readonly PumpFigures[]
    readonly deliveries: readonly Delivery[]
  },
): Meters {
  const entries = now.figures.map(({ fuellingPoint, totaliserMl }) => {
    const last = now.deliveries.findLast((delivery) => delivery.fuellingPoint === fuellingPoint)
    const known = last?.transactionNumber ?? before[fuellingPoint]?.transactionNumber
    return known === undefined ? [] : [[fuellingPoint, { totaliserMl, transactionNumber: known }]]
  })
  return { ...before, ...Object.fromEntries(entries.flat()) }
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'meters.json')
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
