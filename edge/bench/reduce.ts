import { Millilitres } from '@forecourt/contracts'
import { diff, firstSeen, idle, reduce, type Session } from '../src/session/index.ts'
import { controllerSale, later, point, reading, refuelId } from '../test/visit.ts'

/**
 * Budget: 32 controllers of 16 fuelling points polled five times a second are 2,560 readings a
 * second. Deciding what they mean may take one per cent of one core, or the gateway burns its
 * time counting instead of listening: 256,000 readings a second.
 */
const readingsPerSecondMin = 32 * 16 * 5 * 100
const readingsPerVisit = 60
const visits = 5_000

/** One visit as polled: lift, a minute of flow cut to its decisions' worth, hang-up with a sale. */
function script(visit: number) {
  const before = Millilitres.parse(1_000_000 + visit * 20_000)
  const after = Millilitres.parse(before + 20_000)
  const lastSale = (n: number, totaliserMl: Millilitres) =>
    n === 0 ? null : controllerSale({ transactionNumber: n % 65_536, totaliserMl })
  const old = reading({ totaliserMl: before, lastSale: lastSale(visit, before) })
  const up = { ...old, liftedNozzle: 1 }
  const flow = Array.from({ length: readingsPerVisit - 3 }, (_, i) => ({
    ...up,
    state: 'fuelling' as const,
    volumeMl: Millilitres.parse(i * 330),
  }))
  const sold = reading({ totaliserMl: after, lastSale: lastSale(visit + 1, after) })
  return [old, { ...up, state: 'started' as const }, ...flow, sold]
}

/** Readings a second through `diff` and `reduce`, as the poller feeds them. */
export async function bench() {
  const scripts = Array.from({ length: visits }, (_, visit) => script(visit))
  const at = later(0)
  let session: Session = idle
  let observed = firstSeen(reading(), at, 'adopt')
  let sales = 0
  const startedAtMs = performance.now()
  for (const [visit, readings] of scripts.entries()) {
    for (const one of readings) {
      const nextRefuelId = () => refuelId(visit)
      const found = diff({ point: point(), session, observed, reading: one, at, nextRefuelId })
      observed = found.observed
      for (const input of found.inputs) session = reduce(session, input).session
    }
    session = reduce(session, { type: 'grace_over' }).session
    sales += session.status === 'idle' && session.saleIds.length > 0 ? 1 : 0
  }
  const seconds = (performance.now() - startedAtMs) / 1_000
  const value = Math.round((visits * readingsPerVisit) / seconds)
  const isWhole = sales === visits
  return [
    {
      name: 'session: diff and reduce',
      value,
      unit: 'readings/s',
      budget: readingsPerSecondMin,
      bound: 'min',
      ok: isWhole && value >= readingsPerSecondMin,
      note: `diff and reduce on one core, ${visits} visits of ${readingsPerVisit} readings, ${sales} sales found`,
    },
  ]
}
