import type { Box, MemberCard } from '../box/index.ts'
import { type RecordedRefuel, saleIdsOf, type WitnessedDelivery } from '../judge/index.ts'
import type { Visitor } from './bays.ts'
import type { Forecourt } from './forecourt.ts'
import type { Observer } from './observer.ts'
import type { Payments } from './payments.ts'
import { isDecided } from './refuel-book.ts'
import {
  type WorldCar,
  type WorldCounts,
  type WorldPump,
  type WorldRefuel,
  type WorldSnapshot,
  worldRefuelsMax,
} from './world.ts'

type Parts = {
  readonly box: Box
  readonly forecourt: Forecourt
  readonly observer: Observer
  readonly payments: Payments
  readonly autopilot: { state(): 'on' | 'off' }
  readonly members: readonly MemberCard[]
  readonly startedAt: string
  readonly now: string
}

/** The world as it is now, in plain data. */
export function toSnapshot(parts: Parts): WorldSnapshot {
  const { box, forecourt, observer, payments, members } = parts
  const here = box.points.map(({ fuellingPoint }) => forecourt.visitorAt(fuellingPoint))
  const cars = [...here, ...forecourt.leaving()].filter((visitor) => visitor !== null)
  return {
    at: parts.now,
    startedAt: parts.startedAt,
    autopilot: parts.autopilot.state(),
    uplink: box.proxy.mode() === 'pass' ? 'up' : 'cut',
    pumps: box.points.map((point) => toPump(box, point, forecourt.visitorAt(point.fuellingPoint))),
    cars: cars.map((visitor) => toCar(box, visitor)),
    members: members.map((card) => ({
      memberId: card.memberId,
      displayName: card.displayName,
      plate: card.plate,
      payment: card.payment.kind,
      behaviour: payments.behaviourOf(card.memberId),
      balanceFen: payments.balanceOf(card.memberId),
    })),
    refuels: toRefuels(parts),
    counts: toCounts(observer),
    station: observer.station(),
  }
}

function toPump(box: Box, point: Box['points'][number], visitor: Visitor | null): WorldPump {
  const { fuellingPoint, controllerId, profile, nozzles } = point
  const { state, nozzle, volumeMl, amountFen, locked } = box.pumps.figures(fuellingPoint)
  return {
    fuellingPoint,
    controllerId,
    profile,
    state,
    liftedNozzle: nozzle,
    nozzles,
    volumeMl,
    amountFen,
    locked,
    carId: visitor?.car.carId ?? null,
  }
}

function toCar(box: Box, visitor: Visitor): WorldCar {
  const { car, member, plate, connected, fuellingPoint } = visitor
  const { driving, levelMl, tankCapacityMl, flapOpen } = car.state()
  return {
    carId: car.carId,
    vehicleId: connected === 'yes' ? (member?.vehicleId ?? null) : null,
    plate,
    memberName: member?.displayName ?? null,
    connected,
    status: statusOf(box, driving, fuellingPoint),
    fuellingPoint: driving === 'leaving' ? null : fuellingPoint,
    levelMl: Math.round(levelMl),
    tankCapacityMl,
    flapOpen,
  }
}

function statusOf(
  box: Box,
  driving: 'arriving' | 'standing' | 'leaving',
  fuellingPoint: number,
): WorldCar['status'] {
  switch (driving) {
    case 'arriving':
    case 'leaving':
      return driving
    case 'standing':
      return box.pumps.figures(fuellingPoint).flowing ? 'fuelling' : 'at_pump'
  }
}

function toRefuels(parts: Parts): readonly WorldRefuel[] {
  const { forecourt, observer, members } = parts
  const records = new Map(observer.records().map((record) => [record.saleId, record]))
  const names = new Map(members.map((card) => [card.memberId, card.displayName]))
  return forecourt
    .witnessed()
    .toSorted((a, b) => b.hungUpAt.localeCompare(a.hungUpAt))
    .slice(0, worldRefuelsMax)
    .map((delivery) => {
      const saleIds = saleIdsOf(delivery)
      const record = saleIds.flatMap((saleId) => records.get(saleId) ?? [])[0] ?? null
      if (record === null) return notYetRecorded(observer, delivery, saleIds)
      return toRefuel(delivery, record, names.get(record.memberId ?? '') ?? null)
    })
}

function toRefuel(
  delivery: WitnessedDelivery,
  record: RecordedRefuel,
  memberName: string | null,
): WorldRefuel {
  const { fuellingPoint, hungUpAt } = delivery
  const { refuelId, plate, volumeMl, amountFen, ending, reason, receiptNumber } = record
  const settledAt = isDecided(record) ? record.decidedAt : null
  const tookMs = settledAt === null ? null : Date.parse(settledAt) - Date.parse(hungUpAt)
  return {
    ...{ refuelId, fuellingPoint, plate, memberName, volumeMl, amountFen },
    ...{ ending, reason, receiptNumber, hangUpAt: hungUpAt, settledAt },
    hangUpToSettledMs: tookMs === null ? null : Math.max(0, tookMs),
  }
}

/** The cloud has not heard of it: what the gateway knows, or else what the pump counted. */
function notYetRecorded(
  observer: Observer,
  delivery: WitnessedDelivery,
  saleIds: readonly string[],
): WorldRefuel {
  const atGateway = observer
    .station()
    ?.fuellingPoints.find((point) => saleIds.includes(point.lastRefuel?.saleId ?? ''))?.lastRefuel
  return {
    refuelId: atGateway?.refuelId ?? saleIds[0] ?? '',
    fuellingPoint: delivery.fuellingPoint,
    plate: atGateway?.plate ?? null,
    memberName: null,
    volumeMl: delivery.volumeMl,
    amountFen: delivery.amountFen,
    ending: null,
    reason: null,
    receiptNumber: null,
    hangUpAt: delivery.hungUpAt,
    settledAt: null,
    hangUpToSettledMs: null,
  }
}

function toCounts(observer: Observer): WorldCounts {
  const verdict = observer.verdict()
  const underWay = observer.underWay()
  const undecided = verdict.refuels - verdict.charged - verdict.payable - verdict.recovered
  return {
    refuels: verdict.refuels + underWay,
    charged: verdict.charged,
    payable: verdict.payable + verdict.recovered,
    pending: Math.max(0, undecided - verdict.lost) + underWay,
    cancelled: observer.cancelled(),
    lost: verdict.lost,
    doubleCharged: verdict.doubleCharged,
    wrongAmount: verdict.wrongAmount,
  }
}
