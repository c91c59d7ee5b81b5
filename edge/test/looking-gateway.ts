import type { FuellingPointReading } from '@forecourt/contracts'
import {
  diff,
  firstSeen,
  idle,
  type Observed,
  type Point,
  reduce,
  replay,
  type Session,
  type SessionInput,
} from '../src/session/index.ts'
import { later, point, refuelId, type run } from './visit.ts'

/** A gateway that only looks: feeds readings to `diff` and `reduce`, and can lose its memory's volatile part. */
export function gateway(
  settings: { readonly point?: Point; readonly first?: 'adopt' | 'recover' } = {},
) {
  const at = settings.point ?? point()
  let session: Session = idle
  let observed: Observed | null = null
  let journal: SessionInput[] = []
  let ids = 0
  let nowMs = 0
  const inputs: SessionInput[] = []
  const facts: ReturnType<typeof run>['facts'][number][] = []
  const apply = (found: readonly SessionInput[]) => {
    for (const input of found) {
      const step = reduce(session, input)
      session = step.session
      for (const effect of step.effects) if (effect.type === 'emit') facts.push(effect.fact)
    }
    inputs.push(...found)
    journal = session.status === 'idle' ? [] : [...journal, ...found]
  }
  return {
    facts,
    inputs,
    apply,
    session: () => session,
    see(next: FuellingPointReading, afterMs = 200) {
      nowMs += afterMs
      const before = observed ?? firstSeen(next, later(nowMs), settings.first ?? 'adopt')
      const nextRefuelId = () => refuelId(++ids)
      const found = diff({
        point: at,
        session,
        observed: before,
        reading: next,
        at: later(nowMs),
        nextRefuelId,
      })
      observed = found.observed
      apply(found.inputs)
      return found.inputs.map((input) => input.type)
    },
    /** A power cut of the gateway: what the store holds is all that is left. */
    restart() {
      session = replay({ ...idle, saleIds: session.saleIds }, JSON.parse(JSON.stringify(journal)))
      observed = JSON.parse(JSON.stringify(observed))
    },
    sales: () => facts.flatMap((fact) => (fact.type === 'refuel.completed.v1' ? [fact] : [])),
    gapsMl: () =>
      facts.flatMap((fact) => {
        if (fact.type !== 'alarm.raised.v1' || fact.alarm !== 'totaliser_gap') return []
        return [Number(/(\d+) ml that no known sale/.exec(fact.detail)?.[1] ?? Number.NaN)]
      }),
  }
}
