import type { LastRefuel, PlateVote, VehicleEvidence } from '@forecourt/contracts'
import { Plate } from '@forecourt/contracts'
import { describe, expect, test } from 'vitest'
import { idle, type PointState, type Session, withoutSpokenFor } from '../src/session/index.ts'

const since = new Date('2026-11-23T08:00:00.000Z')

const car = (vehicleId: string, plate: string | null): VehicleEvidence => ({
  vehicleId,
  plateHint: plate === null ? null : Plate.parse(plate),
  onSite: true,
  flapOpen: true,
  levelRiseMl: null,
  lastSeenAt: '2026-11-23T08:01:00.000Z',
})

const vote = (plate: string): PlateVote => ({
  plate: Plate.parse(plate),
  confidence: 0.99,
  frames: 2,
  colour: 'blue',
  raw: plate,
})

/** A bay where a visit goes on and these plates were read. */
function visiting(...plates: readonly string[]): PointState {
  const visit = { identity: { plates: plates.map(vote), vehicles: [] } }
  const session = { ...idle, status: 'fuelling', visit } as unknown as Session
  return { session, reading: null, lastRefuel: null }
}

/** A bay whose visit is over. */
function left(plate: string, endedAt: string): PointState {
  const lastRefuel = { plate, endedAt } as LastRefuel
  return { session: idle, reading: null, lastRefuel }
}

const ids = (vehicles: readonly VehicleEvidence[]) => vehicles.map(({ vehicleId }) => vehicleId)

describe('what cars say at one bay', () => {
  test('leaves out the car that stands at another', () => {
    const cars = [car('here', '沪A11111'), car('there', '沪B22222')]
    const bays = { ownPlates: ['沪A11111'], others: [visiting('沪B22222')], since }
    expect(ids(withoutSpokenFor(cars, bays))).toEqual(['here'])
  })

  test('leaves out the car that left another bay during this visit, not one from before', () => {
    const cars = [car('during', '沪B22222'), car('before', '沪C33333')]
    const others = [
      left('沪B22222', '2026-11-23T08:00:30.000Z'),
      left('沪C33333', '2026-11-23T07:59:00.000Z'),
    ]
    expect(ids(withoutSpokenFor(cars, { ownPlates: [], others, since }))).toEqual(['before'])
  })

  test('keeps a car without a plate of its own, and one that nobody has read', () => {
    const cars = [car('silent', null), car('unread', '沪D44444')]
    const bays = { ownPlates: [], others: [visiting('沪B22222')], since }
    expect(ids(withoutSpokenFor(cars, bays))).toEqual(['silent', 'unread'])
  })

  test('keeps the car whose plate was read here and elsewhere: one of them is forged', () => {
    const bays = { ownPlates: ['沪A11111'], others: [visiting('沪A11111')], since }
    expect(ids(withoutSpokenFor([car('real', '沪A11111')], bays))).toEqual(['real'])
  })

  test('is not moved by a second guess of the camera over there', () => {
    const bays = { ownPlates: [], others: [visiting('沪B22222', '沪A11111')], since }
    expect(ids(withoutSpokenFor([car('here', '沪A11111')], bays))).toEqual(['here'])
  })
})
