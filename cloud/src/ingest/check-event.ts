import { createHash } from 'node:crypto'
import { EventId, StationEvent, uplinkLimits } from '@forecourt/contracts'

/** Why an event can never be accepted as it is. Stored with it; add one, never rename one. */
export type QuarantineReason =
  | 'invalid_event'
  | 'oversized_event'
  | 'station_mismatch'
  | 'implausible_sale'
  | 'event_conflict'
  | 'sale_conflict'
  | 'unstorable_event'

export type CheckedEvent =
  | {
      readonly kind: 'event'
      readonly event: StationEvent
      readonly raw: string
      readonly digest: string
    }
  | Misfit

/** An event kept for a person. Without a readable id nobody can be told that it was rejected. */
export type Misfit = {
  readonly kind: 'misfit'
  readonly eventId: string | null
  readonly reason: QuarantineReason
  readonly detail: string
  readonly raw: string
  readonly digest: string
}

/** No delivery is larger: a road tanker holds less. More is a garbled register, not a sale. */
const saleVolumeMlMax = 100_000_000
const saleAmountFenMax = 1_000_000_000

/** Judges one event by itself, so that a bad one never holds up its neighbours. */
export function checkEvent(stationId: string, given: unknown): CheckedEvent {
  const raw = JSON.stringify(given)
  const digest = digestOf(raw)
  const misfit = (reason: QuarantineReason, detail: string): Misfit => ({
    kind: 'misfit',
    eventId: eventIdOf(given),
    reason,
    detail,
    raw,
    digest,
  })

  const bytes = Buffer.byteLength(raw)
  if (bytes > uplinkLimits.eventBytesMax) {
    return misfit('oversized_event', `${bytes} bytes; at most ${uplinkLimits.eventBytesMax}`)
  }
  // JSON may carry it, PostgreSQL's text may not.
  if (raw.includes('\\u0000')) return misfit('invalid_event', 'a text holds the character U+0000')
  const parsed = StationEvent.safeParse(given)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    return misfit('invalid_event', faults.join('; ').slice(0, 400))
  }
  const event = parsed.data
  if (event.stationId !== stationId) {
    return misfit('station_mismatch', `stationId: it says ${event.stationId}, ${stationId} sent it`)
  }
  const fault = event.type === 'refuel.completed.v1' ? saleFaultOf(event) : null
  if (fault !== null) return misfit('implausible_sale', fault)
  // Of the parsed event, so that another order of its keys is no other event.
  return { kind: 'event', event, raw, digest: digestOf(JSON.stringify(event)) }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function saleFaultOf({
  sale,
  fuellingPoint,
}: Extract<StationEvent, { type: 'refuel.completed.v1' }>): string | null {
  if (sale.fuellingPoint !== fuellingPoint) {
    return `sale.fuellingPoint: ${sale.fuellingPoint}, but the event says ${fuellingPoint}`
  }
  if (sale.volumeMl > saleVolumeMlMax) return `sale.volumeMl: at most ${saleVolumeMlMax}`
  if (sale.amountFen < 0 || sale.amountFen > saleAmountFenMax) {
    return `sale.amountFen: 0 to ${saleAmountFenMax}`
  }
  return null
}

function eventIdOf(given: unknown): string | null {
  if (typeof given !== 'object' || given === null || !('eventId' in given)) return null
  return EventId.safeParse(given.eventId).data ?? null
}
