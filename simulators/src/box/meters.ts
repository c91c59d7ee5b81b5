import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
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

/**
 * Keeps the meters in the data folder whenever they have changed. A real pump needs no disk of
 * ours to count: where it is full the pumps go on, and the next change tries again.
 */
export function createMeterKeeper(
  { dataDirectory, log }: { readonly dataDirectory: string; readonly log: Logger },
  meters: Meters,
): { keep(meters: Meters): void } {
  let kept = JSON.stringify(meters)
  let isFailing = false
  return {
    keep(now) {
      const text = JSON.stringify(now)
      if (text === kept) return
      try {
        replaceFile(fileIn(dataDirectory), text)
        kept = text
        isFailing = false
      } catch (error) {
        if (!isFailing)
          log.error({ err: error }, 'the pumps’ meters are not kept for the next start')
        isFailing = true
      }
    },
  }
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, `${text}\n`)
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
