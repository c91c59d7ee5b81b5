import type { AuthorisationAnswer, SessionStep, StationEvent } from '@forecourt/contracts'
import type { Logger } from 'pino'
import type { createReleases } from './releases.ts'
import type { Question, SessionEffect, SessionInput } from './session.ts'

export type Actor = {
  readonly point: { readonly fuellingPoint: number }
  readonly now: () => Date
  readonly log: Logger
  readonly releases: ReturnType<typeof createReleases>
  readonly ask: (question: Question) => Promise<AuthorisationAnswer>
  readonly apply: (input: SessionInput) => void
  readonly onStep: (step: SessionStep) => void
  readonly onEvents: (events: readonly StationEvent[]) => void
  readonly onChange: () => void
}

/** Acts on what is stored. */
export function act(
  actor: Actor,
  effects: readonly SessionEffect[],
  events: readonly StationEvent[],
): void {
  if (events.length > 0) actor.onEvents(events)
  const { fuellingPoint } = actor.point
  const at = actor.now().toISOString()
  for (const effect of effects) {
    switch (effect.type) {
      case 'emit':
        break
      case 'step': {
        const { type: _, ...step } = effect
        actor.onStep({ ...step, at, fuellingPoint })
        break
      }
      case 'command':
        void actor.releases.give(effect.command, effect.refuelId)
        break
      case 'ask_cloud':
        void askCloud(actor, effect.question)
        break
    }
  }
  actor.onChange()
}

async function askCloud({ ask, apply, log }: Actor, question: Question): Promise<void> {
  const { refuelId } = question
  const answer = await ask(question).catch((error: unknown) => {
    // The pump stays locked; the driver pays inside or an operator releases it.
    log.warn({ err: error }, 'authorisation failed')
    return { reason: error instanceof Error && 'code' in error ? String(error.code) : 'failed' }
  })
  if (!('decision' in answer)) {
    apply({ type: 'authorisation_failed', refuelId, reason: answer.reason })
    return
  }
  const { decision, reason, authorisationId, limitFen } = answer
  apply({ type: 'authorisation_answered', refuelId, decision, reason, authorisationId, limitFen })
}
