import type { LastRefuel, Settlement, StationFact } from '@forecourt/contracts'

type Completed = Extract<StationFact, { type: 'refuel.completed.v1' }>

/** What a pump shows of the refuel it just finished, before the cloud has spoken. */
export function toLastRefuel({ refuelId, sale, identity }: Completed): LastRefuel {
  return {
    refuelId,
    saleId: sale.saleId,
    grade: sale.grade,
    volumeMl: sale.volumeMl,
    amountFen: sale.amountFen,
    plate: identity.plates[0]?.plate ?? null,
    endedAt: sale.endedAt,
    ending: null,
    reason: null,
    receiptNumber: null,
    memberName: null,
    settledAt: null,
  }
}

/** The same with the cloud's word; a later word replaces an earlier one. */
export function withSettlement(last: LastRefuel, settlement: Settlement): LastRefuel {
  const { ending, reason, receiptNumber, memberName, decidedAt } = settlement
  return { ...last, ending, reason, receiptNumber, memberName, settledAt: decidedAt }
}
