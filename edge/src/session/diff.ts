import { findGap } from './find-gap.ts'
import { findMove } from './find-move.ts'
import { findSale } from './find-sale.ts'
import type { Found, Look } from './look.ts'
import { reduce } from './reduce.ts'
import type { Session, SessionInput } from './session.ts'

export { firstSeen, type Observed, type Point } from './observed.ts'

/**
 * What one more reading of a fuelling point means. Pure: the same reading again means nothing.
 *
 * First the sale the controller shows, then the litres no sale explains, then the nozzle: a
 * reading may end one visit and begin the next when polls are slow or the line was cut.
 */
export function diff(look: Look): Found {
  const sold = findSale(look)
  const afterSale = advance(look.session, sold.inputs)
  const gap = findGap({ ...look, session: afterSale, observed: sold.observed })
  const moved = findMove({ ...look, session: afterSale, observed: gap.observed })
  return {
    inputs: [...sold.inputs, ...gap.inputs, ...moved.inputs],
    observed: {
      ...moved.observed,
      at: look.at,
      state: look.reading.state,
      liftedNozzle: look.reading.liftedNozzle,
      totaliserMl: look.reading.totaliserMl,
      volumeMl: look.reading.volumeMl,
    },
  }
}

function advance(session: Session, inputs: readonly SessionInput[]): Session {
  return inputs.reduce((state, input) => reduce(state, input).session, session)
}
