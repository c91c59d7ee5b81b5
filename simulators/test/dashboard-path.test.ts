import { SessionStep } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDetail } from '../src/dashboard/web/path/to-detail.ts'
import { toPath, usualCodes } from '../src/dashboard/web/path/to-path.ts'
import {
  toClockSpan,
  toLitresText,
  toPlateText,
  toSpanText,
} from '../src/dashboard/web/world/figures.ts'
import { nextAction, possibleAt } from '../src/dashboard/web/world/possible.ts'
import type { WorldCar, WorldPump } from '../src/world/world.ts'
import { busyForecourt, instantAt, refuelIds, stationSnapshot } from './dashboard-world.ts'

const codesAt = (station: ReturnType<typeof stationSnapshot>, fuellingPoint: number) =>
  toPath(station, fuellingPoint)?.steps.map((step) => `${step.kind} ${step.code}`)

describe("a refuel's path", () => {
  it('shows what happened in the order it happened, then what is to come', () => {
    expect(codesAt(stationSnapshot(), 1)).toEqual([
      'done lifted',
      'done plate_read',
      'done fuelling',
      'done vehicle_seen',
      'ahead hung_up',
      'ahead sale_stored',
      'ahead sale_sent',
      'ahead settled',
    ])
  })

  it('says after the hang-up that no vehicle was seen', () => {
    expect(codesAt(stationSnapshot(), 4)).toContain('missed vehicle_seen')
  })

  it('keeps the last word on a plate that was read on several frames, and the first time', () => {
    const plate = toPath(stationSnapshot(), 1)?.steps.find((step) => step.code === 'plate_read')
    expect(plate).toMatchObject({ times: 2, detail: '沪A12345 99 %, 3 frames', sinceLiftMs: 1_200 })
  })

  it('promises nothing more after a cancelled lift', () => {
    const cancelled = (['lifted', 'cancelled'] as const).map(
      (code, index): SessionStep => ({
        at: instantAt(index),
        fuellingPoint: 2,
        refuelId: refuelIds.running,
        code,
        detail: '',
      }),
    )
    expect(codesAt(stationSnapshot({ steps: cancelled }), 2)).toEqual([
      'done lifted',
      'done cancelled',
    ])
  })

  it('is none where nothing happened', () => {
    expect(toPath(stationSnapshot(), 3)).toBeNull()
  })

  it('shows each of the usual steps exactly once, whatever the gateway said in whatever order', () => {
    const code = fc.constantFrom<SessionStep['code'][]>(...usualCodes, 'alarm', 'authorised')
    fc.assert(
      fc.property(fc.array(code, { minLength: 1, maxLength: 30 }), (codes) => {
        const steps = codes.map((one, index) => ({
          at: instantAt(index),
          fuellingPoint: 2,
          refuelId: refuelIds.running,
          code: one,
          detail: '',
        }))
        const path = toPath(stationSnapshot({ steps }), 2)
        const shown = path?.steps.map((step) => step.code) ?? []
        expect(new Set(shown).size).toBe(shown.length)
        expect(shown).toEqual(expect.arrayContaining([...usualCodes]))
        const done = path?.steps.filter((step) => step.kind === 'done') ?? []
        expect(new Set(done.map((step) => step.code))).toEqual(new Set(codes))
        expect(done.reduce((sum, step) => sum + step.times, 0)).toBe(codes.length)
      }),
    )
  })
})

const busy = busyForecourt()
const anyPump = fc.record<WorldPump>({
  ...fcConstants(busy.pumps[0] ?? fail()),
  state: fc.constantFrom(
    'inoperative',
    'closed',
    'idle',
    'calling',
    'authorised',
    'started',
    'suspended_started',
    'fuelling',
    'suspended_fuelling',
  ),
  liftedNozzle: fc.constantFrom(null, 1, 2),
  volumeMl: fc.constantFrom(0, 40_000),
})
const anyCar = fc.option(
  fc.record<WorldCar>({
    ...fcConstants(busy.cars[0] ?? fail()),
    status: fc.constantFrom('arriving', 'at_pump', 'fuelling', 'leaving'),
    flapOpen: fc.boolean(),
  }),
)

function fcConstants<T extends object>(value: T) {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, fc.constant(one)]),
  ) as { [K in keyof T]: fc.Arbitrary<T[K]> }
}

function fail(): never {
  throw new Error('the scripted world has lost its pumps or cars')
}

describe('what a driver can do', () => {
  it('is never to send a second car, lift a second nozzle, or drive off with the nozzle', () => {
    fc.assert(
      fc.property(anyPump, anyCar, (pump, car) => {
        const can = possibleAt(pump, car)
        if (car !== null) expect(can.send_car).toBe('bayTaken')
        if (pump.liftedNozzle !== null) {
          expect(can.lift).not.toBeNull()
          expect(can.drive_off).not.toBeNull()
        } else {
          expect(can.squeeze).not.toBeNull()
          expect(can.hang_up).toBe('notLifted')
        }
      }),
    )
  })

  it('offers as next only what can be done, and otherwise says why not', () => {
    fc.assert(
      fc.property(anyPump, anyCar, (pump, car) => {
        const next = nextAction(pump, car)
        if (next.type === null) expect(next.why).not.toBeNull()
        else expect(possibleAt(pump, car)[next.type]).toBeNull()
      }),
    )
  })

  it('lets a nozzle that is out always be hung up', () => {
    fc.assert(
      fc.property(anyPump, anyCar, (pump, car) => {
        if (pump.liftedNozzle !== null) expect(possibleAt(pump, car).hang_up).toBeNull()
      }),
    )
  })
})

describe("a step's figures", () => {
  it.each([
    ['plate_read', '沪A12345 99 %, 3 frames', { kind: 'plate', plate: '沪A12345', frames: '3' }],
    ['lifted', 'nozzle 2, 95', { kind: 'nozzle', nozzle: '2', grade: '95' }],
    ['hung_up', '40000 ml, ¥315.60', { kind: 'sale', volumeMl: 40_000, yuan: '315.60' }],
    ['authorised', 'up to ¥500.00', { kind: 'limit', yuan: '500.00' }],
    ['authorised', 'no limit', { kind: 'limit', yuan: null }],
    ['denied', 'member_overdue', { kind: 'denied', reason: 'member_overdue' }],
    ['cancelled', 'no_fuel', { kind: 'cancelled', reason: 'no_fuel' }],
  ] as const)('of %s are read from "%s"', (code, detail, read) => {
    expect(toDetail({ code, detail })).toMatchObject(read)
  })

  it('are shown as they are when a newer gateway words them otherwise', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SessionStep.shape.code.exclude(['sale_sent']).options),
        fc.string(),
        (code, text) => {
          const detail = toDetail({ code, detail: `~${text}` })
          expect(detail).toEqual({ kind: 'raw', text: `~${text}` })
        },
      ),
    )
  })
})

describe('figures', () => {
  it('show litres as a pump does, without floats', () => {
    expect(toLitresText(40_000)).toBe('40.00')
    expect(toLitresText(9_994)).toBe('9.99')
    expect(toLitresText(9_995)).toBe('10.00')
    expect(toLitresText(0)).toBe('0.00')
  })

  it('never stray more than half a hundredth of a litre from the millilitres', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (volumeMl) => {
        const shownMl = Number(toLitresText(volumeMl).replace('.', '')) * 10
        expect(Math.abs(shownMl - volumeMl)).toBeLessThanOrEqual(5)
      }),
    )
  })

  it('say spans at a glance', () => {
    expect([312, 4_070, 61_000].map(toSpanText)).toEqual(['312 ms', '4.0 s', '1:01'])
    expect(toClockSpan(3_723)).toBe('1:02:03')
  })

  it('put the dot of a plate after its office', () => {
    expect(toPlateText('沪AD12345')).toBe('沪A·D12345')
    expect(toPlateText('WJ01234')).toBe('WJ01234')
  })
})
