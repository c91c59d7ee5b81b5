import { FenPerLitre, Millilitres, PumpCommand, priceOf } from '@forecourt/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amountFenOf, deliveryMlMax, meterStepMl, volumeMlOf } from '../src/pumps/meter.ts'
import {
  advance,
  command,
  createPump,
  handle,
  isFlowing,
  type PumpInput,
  type PumpModel,
} from '../src/pumps/pump-model.ts'

const pumpWith = (changes: Partial<Parameters<typeof createPump>[0]> = {}): PumpModel =>
  createPump({
    unitPrices: new Map([
      [1, 789],
      [2, 839],
    ]),
    requiresAuthorisation: false,
    fullFlowMlPerMin: 38_000,
    noFlowMs: 60_000,
    authorisationMs: 60_000,
    totaliserMl: 1_000_000,
    transactionNumber: 41,
    nowMs: 0,
    ...changes,
  })

const lift = { type: 'lift', nozzle: 1 } as const
const hangUp = { type: 'hang_up' } as const
const squeeze = (targetMl: number | null) => ({ type: 'squeeze', targetMl }) as const
const order = (data: object) => PumpCommand.parse({ fuellingPoint: 1, ...data })
const later = (pump: PumpModel, ms: number) => advance(pump, pump.nowMs + ms)

/** What can happen at a pump, in any order, sensible or not. */
type Happening = PumpInput | PumpCommand | { readonly type: 'wait'; readonly ms: number }
const preset = fc.oneof(
  fc.constant(null),
  fc.nat({ max: 60_000 }).map((amountFen) => ({ by: 'amount', amountFen })),
  fc.nat({ max: 60_000 }).map((volumeMl) => ({ by: 'volume', volumeMl })),
)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.integer({ min: 1, max: 3 }).map((nozzle) => ({ type: 'lift', nozzle }) as const),
  fc.option(fc.nat({ max: 80_000 })).map((targetMl) => squeeze(targetMl)),
  fc.constant(hangUp),
  fc.integer({ min: 1, max: 90_000 }).map((ms) => ({ type: 'wait', ms }) as const),
  preset.map((given) => order({ type: 'authorise', preset: given })),
  fc.constantFrom('lock', 'unlock', 'stop').map((type) => order({ type })),
  fc
    .integer({ min: 1, max: 2_000 })
    .map((price) => order({ type: 'set_price', nozzle: 1, unitPriceFenPerLitre: price })),
)
const happen = (pump: PumpModel, what: Happening): PumpModel => {
  switch (what.type) {
    case 'wait':
      return later(pump, what.ms)
    case 'lift':
    case 'squeeze':
    case 'hang_up':
      return handle(pump, what)
    case 'authorise':
    case 'lock':
    case 'unlock':
    case 'stop':
    case 'set_price':
      return command(pump, what).pump
  }
}
const story = fc.array(happening, { maxLength: 25 })
const anyPump = fc.boolean().map((requiresAuthorisation) => pumpWith({ requiresAuthorisation }))

test('no litre without a record: the totaliser is the sum of all deliveries, each counted once', () => {
  fc.assert(
    fc.property(anyPump, story, (start, happenings) => {
      let pump = start
      let soldMl = 0
      let sales = 0
      for (const what of [...happenings, hangUp]) {
        const before = pump.lastDelivery
        pump = happen(pump, what)
        if (pump.lastDelivery === before || pump.lastDelivery === null) continue
        soldMl += pump.lastDelivery.volumeMl
        sales += 1
        expect(pump.lastDelivery.totaliserMl).toBe(start.totaliserMl + soldMl)
      }
      expect(pump.totaliserMl).toBe(start.totaliserMl + soldMl)
      expect(pump.transactionNumber).toBe(start.transactionNumber + sales)
    }),
  )
})

test('what the display shows when it stands still is what is sold at the hang-up', () => {
  fc.assert(
    fc.property(anyPump, story, (start, happenings) => {
      const pump = happenings.reduce(happen, start)
      const isOpen = pump.state === 'fuelling' || pump.state === 'suspended_fuelling'
      const shown = { volumeMl: volumeMlOf(pump), amountFen: amountFenOf(pump) }
      const after = handle(pump, hangUp)
      if (isOpen && shown.volumeMl > 0) expect(after.lastDelivery).toMatchObject(shown)
      else expect(after.lastDelivery).toBe(pump.lastDelivery)
      expect(after.lifted).toBeNull()
    }),
  )
})

test('the meter never runs backwards in a delivery, moves in its steps, and its amount fits', () => {
  fc.assert(
    fc.property(anyPump, story, (start, happenings) => {
      let pump = start
      for (const what of happenings) {
        const next = happen(pump, what)
        if (next.liftedAtMs === pump.liftedAtMs && what.type !== 'lift') {
          expect(next.meteredUl).toBeGreaterThanOrEqual(pump.meteredUl)
        }
        pump = next
        const volumeMl = volumeMlOf(pump)
        expect(volumeMl % meterStepMl).toBe(0)
        expect(volumeMl).toBeLessThanOrEqual(deliveryMlMax)
        const price = FenPerLitre.parse(pump.unitPriceFenPerLitre)
        const isOpen = pump.state === 'fuelling' || pump.state === 'suspended_fuelling'
        if (isOpen) expect(amountFenOf(pump)).toBe(priceOf(Millilitres.parse(volumeMl), price))
      }
    }),
  )
})

test('no fuel leaves a pump that was not released', () => {
  fc.assert(
    fc.property(story, (happenings) => {
      let pump = pumpWith({ requiresAuthorisation: true })
      let authorised = false
      for (const what of happenings) {
        if (what.type === 'authorise') authorised = true
        const next = happen(pump, what)
        if (!authorised) expect(next.meteredUl).toBe(0)
        if (pump.locked && what.type === 'wait') expect(next.meteredUl).toBe(pump.meteredUl)
        pump = next
      }
    }),
  )
})

test('it makes no difference how often somebody looks', () => {
  const waits = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(waits, fc.option(fc.nat({ max: 30_000 })), (steps, targetMl) => {
      const start = handle(handle(pumpWith(), lift), squeeze(targetMl))
      const endMs = steps.reduce((sum, ms) => sum + ms, 0)
      let clockMs = 0
      const looked = steps.reduce((pump, ms) => {
        clockMs += ms
        return advance(pump, clockMs)
      }, start)
      expect(looked).toEqual(advance(start, endMs))
    }),
  )
})

test('a preset is never gone over and ends within one meter step of itself', () => {
  const amount = fc.integer({ min: 100, max: 50_000 })
  fc.assert(
    fc.property(amount, fc.integer({ min: 300, max: 2_000 }), (amountFen, price) => {
      const free = pumpWith({ requiresAuthorisation: true, unitPrices: new Map([[1, price]]) })
      const asked = order({ type: 'authorise', preset: { by: 'amount', amountFen } })
      const released = command(handle(free, lift), asked)
      expect(released.outcome).toBe('done')
      const done = handle(later(handle(released.pump, squeeze(null)), 400_000), hangUp)
      expect(done.lastDelivery?.endReason).toBe('preset')
      expect(done.lastDelivery?.amountFen).toBeLessThanOrEqual(amountFen)
      expect(done.lastDelivery?.amountFen).toBeGreaterThan(amountFen - price / 100 - 1)
    }),
    { numRuns: 20 },
  )
})

test('a refuel of 40 litres takes about as long as at a real pump', () => {
  let pump = handle(handle(pumpWith(), lift), squeeze(40_000))
  while (volumeMlOf(pump) < 40_000) pump = later(pump, 100)
  const fullFlowMs = (40_000 / 38_000) * 60_000
  expect(pump.nowMs).toBeGreaterThan(fullFlowMs)
  expect(pump.nowMs).toBeLessThan(fullFlowMs + 3_000)
  expect(isFlowing(pump)).toBe(false)
  expect(pump.state).toBe('fuelling')
})

test('the valve slows down before a preset', () => {
  const asked = order({ type: 'authorise', preset: { by: 'volume', volumeMl: 10_000 } })
  const start = command(pumpWith({ requiresAuthorisation: true }), asked).pump
  let pump = handle(handle(start, lift), squeeze(null))
  while (volumeMlOf(pump) < 9_800) pump = later(pump, 10)
  expect(volumeMlOf(later(pump, 1_000)) - volumeMlOf(pump)).toBeLessThan(100)
})

test('the transaction number goes from 65535 to 1', () => {
  const pump = handle(handle(pumpWith({ transactionNumber: 65_535 }), lift), squeeze(1_000))
  expect(handle(later(pump, 10_000), hangUp).lastDelivery?.transactionNumber).toBe(1)
})

test('an authorisation nobody uses is withdrawn', () => {
  const asked = order({ type: 'authorise', preset: null })
  const { pump } = command(pumpWith({ requiresAuthorisation: true }), asked)
  expect(later(pump, 59_000).state).toBe('authorised')
  expect(later(pump, 60_000).state).toBe('idle')
})

test('a stop before any fuel withdraws the release', () => {
  const { pump } = command(handle(pumpWith(), lift), order({ type: 'stop' }))
  expect(pump.state).toBe('calling')
  expect(handle(pump, hangUp).lastDelivery).toBeNull()
})

test('a price cannot change while a nozzle is lifted', () => {
  const price = order({ type: 'set_price', nozzle: 1, unitPriceFenPerLitre: 900 })
  expect(command(handle(pumpWith(), lift), price).outcome).toBe('not_now')
  const { pump } = command(pumpWith(), price)
  expect(handle(pump, lift).unitPriceFenPerLitre).toBe(900)
})

test('a delivery that the no-flow timeout closed is not sold again at the hang-up', () => {
  const full = later(handle(handle(pumpWith(), lift), squeeze(2_000)), 10_000)
  const closed = later(full, 60_000)
  expect(closed.lastDelivery).toMatchObject({ volumeMl: 2_000, endReason: 'no_flow' })
  expect(handle(closed, hangUp).lastDelivery).toBe(closed.lastDelivery)
  expect(handle(closed, hangUp).totaliserMl).toBe(1_002_000)
})
