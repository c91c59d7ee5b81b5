import { Instant, type VehicleSignals, VehicleTelemetry } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distanceM } from '../src/telematics/distance.ts'
import { evidenceOf, toSnapshot } from '../src/telematics/evidence.ts'
import {
  forget,
  type Heard,
  hear,
  nobody,
  type Presence,
  presenceLimits,
} from '../src/telematics/presence.ts'

const site = { latitude: 31.2304, longitude: 121.4737, radiusM: 120 }
const startMs = Date.parse('2026-11-23T06:00:00.000Z')
/** A latitude so many metres north of the station's middle. */
const northM = (metres: number) => site.latitude + metres / 111_195

const placedM = (metres: number): VehicleSignals => ({
  'Vehicle.CurrentLocation.Latitude': northM(metres),
  'Vehicle.CurrentLocation.Longitude': site.longitude,
})
const holding = (litres: number): VehicleSignals => ({
  'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': litres,
})
const flap = (open: boolean): VehicleSignals => ({
  'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': open,
})

/** What a car says so many seconds after the start, arriving at once unless told otherwise. */
function said(vehicleId: string, atS: number, signals: VehicleSignals, lateS = 0): Heard {
  const sentAt = Instant.parse(new Date(startMs + atS * 1_000).toISOString())
  const telemetry = VehicleTelemetry.parse({ sentAt, signals })
  return { vehicleId, telemetry, receivedAtMs: startMs + (atS + lateS) * 1_000 }
}

const hearAll = (heard: readonly Heard[], start: Presence = nobody) =>
  heard.reduce((presence, each) => hear(presence, each, site).presence, start)

const evidenceAt = (presence: Presence, sinceS: number, nowS: number) =>
  evidenceOf(presence, { sinceMs: startMs + sinceS * 1_000, nowMs: startMs + nowS * 1_000 })

const signals = fc.record(
  {
    'Vehicle.CurrentLocation.Latitude': fc.double({ min: -90, max: 90, noNaN: true }),
    'Vehicle.CurrentLocation.Longitude': fc.double({ min: -180, max: 180, noNaN: true }),
    'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': fc.double({ min: 0, max: 100, noNaN: true }),
    'Vehicle.Powertrain.FuelSystem.RelativeLevel': fc.integer({ min: 0, max: 100 }),
    'Vehicle.Powertrain.FuelSystem.TankCapacity': fc.integer({ min: 1, max: 2_000 }),
    'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': fc.boolean(),
  },
  { requiredKeys: [] },
)
const vehicleId = fc.integer({ min: 1, max: 5 }).map((n) => `car-${n}`)
const message = fc
  .tuple(vehicleId, fc.nat({ max: 900 }), signals)
  .map(([id, atS, each]) => said(id, atS, each))
const inOrder = fc
  .array(message, { maxLength: 40 })
  .map((all) => all.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs))

describe('what cars say', () => {
  test('is changed by nothing older than their last word, in whatever order it comes', () => {
    const late = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), signals), { maxLength: 10 })
    fc.assert(
      fc.property(inOrder, late, vehicleId, (all, old, id) => {
        const presence = hearAll([...all, said(id, 900, {})])
        const stale = old.map(([agoS, each]) => said(id, 900 - agoS, each, agoS))
        expect(hearAll(stale, presence)).toEqual(presence)
        expect(hearAll(stale.toReversed(), presence)).toEqual(presence)
      }),
    )
  })

  test('counts once, however often it is repeated', () => {
    fc.assert(
      fc.property(inOrder, (all) => {
        const twice = all.flatMap((each) => [each, each])
        expect(hearAll(twice)).toEqual(hearAll(all))
      }),
    )
  })

  test('says nothing of other cars', () => {
    fc.assert(
      fc.property(inOrder, (all) => {
        const own = all.filter(({ vehicleId: id }) => id === 'car-1')
        const withOthers = hearAll(all).get('car-1')
        const alone = hearAll(own).get('car-1')
        const nowMs = all.at(-1)?.receivedAtMs ?? startMs
        const isRemembered =
          alone !== undefined && forget(new Map([['car-1', alone]]), nowMs).size > 0
        expect(withOthers).toEqual(isRemembered ? alone : undefined)
      }),
    )
  })

  test('is not believed when it is old or from a clock ahead', () => {
    const { presence, verdict } = hear(nobody, said('car-1', 0, placedM(0), 60.001), site)
    expect([presence.size, verdict]).toEqual([0, 'stale'])
    expect(hear(nobody, said('car-1', 10.001, placedM(0), -10.001), site).verdict).toBe('ahead')
    expect(hear(nobody, said('car-1', 0, placedM(0), 60), site).verdict).toBe('folded')
    expect(hear(nobody, said('car-1', 10, placedM(0), -10), site).verdict).toBe('folded')
  })
})

describe('a car', () => {
  test('is forgotten when it has been silent for ten minutes, and no sooner', () => {
    fc.assert(
      fc.property(inOrder, fc.nat({ max: 2_000 }), (all, laterS) => {
        const nowS = 900 + laterS
        const known = new Set(evidenceAt(hearAll(all), 0, nowS).map((each) => each.vehicleId))
        const heardLately = all.filter(
          ({ receivedAtMs }) =>
            startMs + nowS * 1_000 - receivedAtMs <= presenceLimits.silenceMaxMs,
        )
        expect(known).toEqual(new Set(heardLately.map((each) => each.vehicleId)))
      }),
    )
  })

  test('at the fence neither comes nor goes with every fix', () => {
    const at = (metres: number, atS: number) => said('car-1', atS, placedM(metres))
    const isOnSite = (all: readonly Heard[]) => hearAll(all).get('car-1')?.onSite
    expect(isOnSite([at(121, 0)])).toBe(false)
    expect(isOnSite([at(119, 0)])).toBe(true)
    expect(isOnSite([at(119, 0), at(149, 1)])).toBe(true)
    expect(isOnSite([at(119, 0), at(151, 1)])).toBe(false)
    expect(isOnSite([at(119, 0), at(151, 1), at(149, 2)])).toBe(false)
  })

  test('with a fix that could be anywhere is nowhere', () => {
    const vague = { ...placedM(0), 'Vehicle.CurrentLocation.HorizontalAccuracy': 101 }
    expect(hearAll([said('car-1', 0, vague)]).get('car-1')).toMatchObject({
      onSite: false,
      distanceM: null,
    })
  })

  test('that closed its flap and left during the visit still counts for it, not for the next', () => {
    const presence = hearAll([
      said('car-1', 0, { ...placedM(5), ...flap(true) }),
      said('car-1', 90, { ...placedM(5), ...flap(true) }),
      said('car-1', 95, { ...placedM(400), ...flap(false) }),
    ])
    expect(evidenceAt(presence, 0, 100)).toMatchObject([{ onSite: true, flapOpen: true }])
    expect(evidenceAt(presence, 91, 100)).toMatchObject([{ onSite: false, flapOpen: false }])
  })

  test('whose plate hint is no plate gives none', () => {
    const hint = (text: string) => ({ 'Vehicle.VehicleIdentification.LicensePlate': text })
    const hintOf = (text: string) =>
      evidenceAt(hearAll([said('car-1', 0, hint(text))]), 0, 1)[0]?.plateHint
    expect(hintOf('沪a·12345')).toBe('沪A12345')
    expect(hintOf('B-MW 2000')).toBeNull()
  })
})

describe('a tank', () => {
  const riseOf = (all: readonly Heard[], sinceS: number) =>
    evidenceAt(hearAll(all), sinceS, 900)[0]?.levelRiseMl

  test('rises by what was added since the lift, not before', () => {
    const filling = Array.from({ length: 61 }, (_, s) =>
      said('car-1', 500 + s, holding(10 + s / 2)),
    )
    const all = [said('car-1', 100, holding(5)), said('car-1', 300, holding(10)), ...filling]
    expect(riseOf(all, 495)).toBe(30_000)
    expect(riseOf(all, 200)).toBe(35_000)
    expect(riseOf(all, 560)).toBe(0)
  })

  test('never rises by less than nothing, nor by more than its lowest and highest lie apart', () => {
    const litres = fc.double({ min: 0, max: 100, noNaN: true })
    const fill = fc.array(fc.tuple(fc.nat({ max: 900 }), litres), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fill, fc.nat({ max: 900 }), (levels, sinceS) => {
        const inTime = levels.toSorted(([a], [b]) => a - b)
        const rise = riseOf(
          inTime.map(([atS, each]) => said('car-1', atS, holding(each))),
          sinceS,
        )
        const told = levels.map(([, each]) => Math.round(each * 1_000))
        fc.pre((inTime.at(-1)?.[0] ?? 0) >= 300) // Else it is forgotten by second 900.
        expect(rise).toBeGreaterThanOrEqual(0)
        expect(rise).toBeLessThanOrEqual(Math.max(...told) - Math.min(...told))
      }),
    )
  })

  test('told in per cent needs its capacity, and a new capacity is not fuel', () => {
    const percent = (n: number): VehicleSignals => ({
      'Vehicle.Powertrain.FuelSystem.RelativeLevel': n,
    })
    const capacity: VehicleSignals = { 'Vehicle.Powertrain.FuelSystem.TankCapacity': 50 }
    expect(riseOf([said('car-1', 400, percent(20))], 400)).toBeNull()
    const known = [
      said('car-1', 400, { ...percent(20), ...capacity }),
      said('car-1', 420, percent(60)),
    ]
    expect(riseOf(known, 400)).toBe(20_000)
    const rescaled = { ...percent(60), 'Vehicle.Powertrain.FuelSystem.TankCapacity': 80 }
    expect(riseOf([...known, said('car-1', 430, rescaled)], 400)).toBe(0)
  })

  test('filled twice within seconds rises by the second fill alone', () => {
    const fill = (fromS: number, fromL: number) =>
      Array.from({ length: 200 }, (_, n) =>
        said('car-1', fromS + n / 50, holding(fromL + (n + 1) / 10)),
      )
    const all = [said('car-1', 300, holding(10)), ...fill(500, 10), ...fill(505, 30)]
    expect(riseOf(all, 504.5)).toBe(20_000)
    expect(riseOf(all, 499)).toBe(40_000)
  })

  test('keeps a bounded history even when its level never rests', () => {
    const noisy = Array.from({ length: 3_600 }, (_, s) =>
      said('car-1', s, holding(10 + (s % 7) / 10)),
    )
    const samples = hearAll(noisy).get('car-1')?.level.samples ?? []
    expect(samples.length).toBeLessThanOrEqual(64)
    expect(samples[0]?.atMs).toBeGreaterThan(startMs + 1_700_000)
    expect(samples.at(-1)?.atMs).toBe(startMs + 3_599_000)
  })
})

describe('the station', () => {
  const crowd = (count: number, metres: number, prefix: string, fromS = 0) =>
    Array.from({ length: count }, (_, n) =>
      said(`${prefix}-${n}`, fromS + n / 1_000, placedM(metres)),
    )

  test('remembers no more cars than its limit, and keeps those on site', () => {
    const max = presenceLimits.vehiclesMax
    const presence = hearAll([...crowd(max, 5_000, 'far'), ...crowd(max + 3, 10, 'here', 10)])
    expect(presence.size).toBe(max)
    expect([...presence.values()].every(({ onSite }) => onSite)).toBe(true)
    expect(presence.has('here-2')).toBe(false)
    expect(hearAll(crowd(5, 5_000, 'later', 20), presence)).toEqual(presence)
  })

  test('names at most eight cars for a visit, the likeliest first', () => {
    const all = [
      ...crowd(9, 10, 'parked'),
      said('away', 1, { ...placedM(900), ...flap(true) }),
      said('opened', 1, { ...placedM(10), ...flap(true) }),
      said('filled', 1, { ...placedM(10), ...flap(true), ...holding(10) }),
      said('filled', 30, holding(40)),
    ]
    const found = evidenceAt(hearAll(all), 2, 40).map((each) => each.vehicleId)
    expect(found.slice(0, 2)).toEqual(['filled', 'opened'])
    expect(found).toHaveLength(8)
    expect(found).not.toContain('away')
  })

  test('shows each car with what is known, and null for what is not', () => {
    const presence = hearAll([said('car-1', 0, {})])
    const at = { nowMs: startMs, isConnected: (id: string) => id === 'car-1' }
    expect(toSnapshot(presence, at)).toEqual([
      {
        vehicleId: 'car-1',
        connected: true,
        onSite: false,
        distanceM: null,
        flapOpen: false,
        levelMl: null,
        plateHint: null,
        lastSeenAt: '2026-11-23T06:00:00.000Z',
      },
    ])
  })
})

test('distances agree with known ones, and are the same both ways', () => {
  const shanghai = { latitude: 31.2304, longitude: 121.4737 }
  const beijing = { latitude: 39.9042, longitude: 116.4074 }
  // 1,067 km between the two centres, by Vincenty's formula on WGS 84; the sphere is within 0.5 %.
  expect(distanceM(shanghai, beijing) / 1_000).toBeCloseTo(1_067, -1)
  const place = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  fc.assert(
    fc.property(place, place, (a, b) => {
      expect(distanceM(a, a)).toBe(0)
      expect(distanceM(a, b)).toBeCloseTo(distanceM(b, a), 3)
      expect(distanceM(a, b)).toBeLessThanOrEqual(Math.PI * 6_371_009)
    }),
  )
})
