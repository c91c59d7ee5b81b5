import type { LastRefuel, StationFact } from '@forecourt/contracts'
import { toLastRefuel } from './last-refuel.ts'
import { reduce } from './reduce.ts'
import type { Session, SessionEffect, SessionInput } from './session.ts'

/** What inputs lead to: the next session, what is to be done, and the facts to be told. */
export type Decided = {
  readonly session: Session
  readonly effects: readonly SessionEffect[]
  readonly facts: readonly StationFact[]
  readonly lastRefuel: LastRefuel | null
}

/** Takes inputs one after the other. */
export function decide(before: Session, inputs: readonly SessionInput[]): Decided {
  let session = before
  const effects: SessionEffect[] = []
  for (const input of inputs) {
    const step = reduce(session, input)
    session = step.session
    effects.push(...step.effects)
  }
  const facts = effects.flatMap((effect) => (effect.type === 'emit' ? [effect.fact] : []))
  const sold = facts.findLast((fact) => fact.type === 'refuel.completed.v1')
  return { session, effects, facts, lastRefuel: sold ? toLastRefuel(sold) : null }
}

/** An idle session needs no journal: its sales are known by their ids. */
export function toChange({ session, facts, lastRefuel }: Decided, inputs: readonly SessionInput[]) {
  return session.status === 'idle'
    ? ({ facts, lastRefuel, inputs: [], journal: 'clear' } as const)
    : ({ facts, lastRefuel, inputs, journal: 'keep' } as const)
}
