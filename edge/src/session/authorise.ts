import { type Fen, toYuanText } from '@forecourt/contracts'
import { type Session, type Step, sessionLimits, type Visit } from './session.ts'

/** Whether what the cameras now say is worth a question: a new plate that enough frames agree on. */
export function shouldAsk(session: Session): boolean {
  if (session.status !== 'calling' && session.status !== 'denied') return false
  const { visit } = session
  if (visit.releaseMode !== 'on_authorisation' || visit.asks >= sessionLimits.asksMax) return false
  const best = visit.identity.plates[0]
  if (!best || best.frames < visit.agreeingFrames) return false
  return session.status === 'calling' || best.plate !== visit.askedPlate
}

/** Asks the cloud for a release; bounded by `asksMax` a visit, `restarted` included. */
export function ask(session: Session, visit: Visit): Step {
  if (visit.asks >= sessionLimits.asksMax) {
    return deny(
      { status: 'authorising', visit, saleIds: session.saleIds },
      visit.refuelId,
      'asked_too_often',
    )
  }
  const { refuelId, fuellingPoint, nozzle, grade, unitPriceFenPerLitre, identity } = visit
  const askedPlate = identity.plates[0]?.plate ?? null
  return {
    session: {
      status: 'authorising',
      visit: { ...visit, asks: visit.asks + 1, askedPlate },
      saleIds: session.saleIds,
    },
    effects: [
      {
        type: 'ask_cloud',
        question: { refuelId, fuellingPoint, nozzle, grade, unitPriceFenPerLitre, identity },
      },
      { type: 'step', code: 'authorisation_asked', refuelId, detail: askedPlate ?? 'no plate' },
    ],
  }
}

/** Releases the pump for the visit the answer is about; for any other it changes nothing. */
export function allow(
  session: Session,
  answer: {
    readonly refuelId: string
    readonly authorisationId: string | null
    readonly limitFen: Fen | null
  },
): Step {
  const waits =
    session.status === 'calling' || session.status === 'authorising' || session.status === 'denied'
  if (!waits || session.visit.refuelId !== answer.refuelId) return { session, effects: [] }
  const { visit } = session
  const { authorisationId, limitFen } = answer
  return {
    session: {
      status: 'authorised',
      visit: { ...visit, authorisationId, limitFen },
      saleIds: session.saleIds,
    },
    effects: [
      {
        type: 'command',
        refuelId: visit.refuelId,
        command: {
          type: 'authorise',
          fuellingPoint: visit.fuellingPoint,
          preset: limitFen === null ? null : { by: 'amount', amountFen: limitFen },
        },
      },
      {
        type: 'step',
        code: 'authorised',
        refuelId: visit.refuelId,
        detail: limitFen === null ? 'no limit' : `up to ¥${toYuanText(limitFen)}`,
      },
    ],
  }
}

/** The pump stays locked; the reason is shown, and an operator may still release it. */
export function deny(session: Session, refuelId: string, reason: string): Step {
  if (session.status !== 'authorising' || session.visit.refuelId !== refuelId) {
    return { session, effects: [] }
  }
  return {
    session: { status: 'denied', visit: session.visit, reason, saleIds: session.saleIds },
    effects: [{ type: 'step', code: 'denied', refuelId, detail: reason.slice(0, 200) }],
  }
}
