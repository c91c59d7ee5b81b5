import { Fen, FenPerLitre, type FuellingPointReading, Millilitres } from '@forecourt/contracts'
import { createMemoryPump } from '@forecourt/drivers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gateway } from './looking-gateway.ts'
import { controllerSale, point, reading } from './visit.ts'

const up = (state: FuellingPointReading['state'], over: Partial<FuellingPointReading> = {}) =>
  reading({ state, liftedNozzle: 1, ...over })
const sold = (n: number, over: Parameters<typeof controllerSale>[0] = {}) =>
  reading({
    volumeMl: Millilitres.parse(20_000),
    totaliserMl: Millilitres.parse(1_000_000 + n * 20_000),
    lastSale: controllerSale({
      transactionNumber: n,
      totaliserMl: Millilitres.parse(1_000_000 + n * 20_000),
      ...over,
    }),
  })

describe('readings of one nozzle', () => {
  test('lift, flow and hang-up with a sale are each said once, however often they are read', () => {
    const g = gateway()
    expect(g.see(reading())).toEqual([])
    expect(g.see(up('started'))).toEqual(['lifted'])
    expect(g.see(up('started'))).toEqual([])
    expect(g.see(up('fuelling'))).toEqual(['flow_started'])
    expect(g.see(up('fuelling'))).toEqual([])
    expect(g.see(sold(1))).toEqual(['sale_finished'])
    for (let i = 0; i < 5; i++) expect(g.see(sold(1))).toEqual([])
    expect(g.sales()).toEqual([])
    g.apply([{ type: 'grace_over' }])
    expect(g.sales()).toMatchObject([
      { origin: 'witnessed', sale: { saleId: 'pump-a/1/1/1/t1020000' } },
    ])
  })

  test('a hang-up without fuel is believed at the second look', () => {
    const g = gateway()
    g.see(reading())
    g.see(up('started'))
    expect(g.see(reading())).toEqual([])
    expect(g.see(reading())).toEqual(['hung_up_empty'])
  })

  test('a sale whose block comes late still belongs to its visit', () => {
    const g = gateway()
    g.see(reading())
    g.see(up('fuelling'))
    expect(g.see(reading())).toEqual([])
    expect(g.see(reading())).toEqual([])
    expect(g.see(sold(1))).toEqual(['sale_finished'])
  })

  test('a sale that never shows raises an alarm with what the display said', () => {
    const g = gateway()
    g.see(reading())
    g.see(up('fuelling'))
    g.see(reading({ volumeMl: Millilitres.parse(5_000) }))
    expect(g.see(reading({ volumeMl: Millilitres.parse(5_000) }), 11_000)).toEqual(['sale_missing'])
    expect(g.facts.at(-1)).toMatchObject({
      alarm: 'sale_unreadable',
      detail: expect.stringContaining('5000 ml'),
    })
    expect(g.see(sold(1))).toEqual(['recovered'])
  })

  test('a whole sale between two looks is recovered, and nobody is charged for it', () => {
    const g = gateway()
    g.see(reading())
    expect(g.see(sold(1))).toEqual(['recovered'])
    expect(g.sales()).toMatchObject([
      {
        origin: 'recovered',
        identity: { plates: [] },
        totaliserBeforeMl: null,
        sale: { startedAt: null },
      },
    ])
    g.see(sold(2))
    expect(g.sales()[1]).toMatchObject({ totaliserBeforeMl: 1_020_000 })
  })

  test('a sale overwritten while nobody looked is told by its litres', () => {
    const g = gateway()
    g.see(sold(1))
    expect(g.see(sold(3))).toEqual(['fault_seen', 'recovered'])
    expect(g.gapsMl()).toEqual([20_000])
  })

  test("another's sale, made while the line was cut, is not the open visit's", () => {
    const g = gateway()
    g.see(sold(1))
    g.see({ ...sold(1), state: 'started', liftedNozzle: 1 })
    expect(g.see(sold(3), 30_000)).toEqual(['fault_seen', 'recovered'])
    expect(g.sales().map((one) => one.origin)).toEqual(['recovered'])
  })

  test('a visit nobody watched for a minute before any fuel moved is not trusted any more', () => {
    const g = gateway()
    g.see(sold(1))
    g.see({ ...sold(1), state: 'started', liftedNozzle: 1 })
    expect(g.see(sold(2), 61_000)).toEqual(['recovered'])
    const still = gateway()
    still.see(reading())
    still.see(up('started'))
    expect(still.see(up('started'), 61_000)).toEqual(['hung_up_empty', 'lifted'])
  })

  test('a transaction number that wraps is the next sale', () => {
    const none = { totaliserMl: null }
    const g = gateway()
    g.see({ ...sold(1, { transactionNumber: 65_535, ...none }), totaliserMl: null })
    g.see({
      ...sold(1, { transactionNumber: 65_535, ...none }),
      totaliserMl: null,
      state: 'fuelling',
      liftedNozzle: 1,
    })
    expect(g.see({ ...sold(1, { transactionNumber: 1, ...none }), totaliserMl: null })).toEqual([
      'sale_finished',
    ])
  })

  test('a price change while the nozzle hangs is no sale', () => {
    const g = gateway()
    const withoutNumber = sold(1, { transactionNumber: null })
    g.see(withoutNumber)
    const price = FenPerLitre.parse(800)
    const next = {
      ...withoutNumber,
      unitPriceFenPerLitre: price,
      lastSale: controllerSale({ transactionNumber: null, unitPriceFenPerLitre: price }),
    }
    for (let i = 0; i < 4; i++) expect(g.see(next)).toEqual([])
  })

  test('the other nozzle lifted ends the first visit and begins one of its own grade', () => {
    const two = point({
      nozzles: [
        { nozzle: 1, grade: '92' },
        { nozzle: 2, grade: '95' },
      ],
    })
    const g = gateway({ point: two })
    g.see(reading())
    g.see(up('started'))
    expect(g.see(up('started', { liftedNozzle: 2 }))).toEqual(['hung_up_empty', 'lifted'])
    expect(g.session()).toMatchObject({ visit: { nozzle: 2, grade: '95' } })
  })

  test('with two nozzles on one totaliser no litres seem to be missing', () => {
    const two = point({
      nozzles: [
        { nozzle: 1, grade: '92' },
        { nozzle: 2, grade: '95' },
      ],
    })
    const g = gateway({ point: two })
    g.see(sold(1))
    g.see({ ...sold(1), state: 'fuelling', liftedNozzle: 2 })
    expect(g.see(sold(2, { nozzle: 2 }))).toEqual(['sale_finished'])
    g.see({ ...sold(2, { nozzle: 2 }), state: 'fuelling', liftedNozzle: 1 })
    expect(g.see(sold(3))).toEqual(['sale_finished'])
    expect(g.gapsMl()).toEqual([])
  })

  test('a totaliser that moves without a sale is an alarm, once', () => {
    const g = gateway()
    g.see(sold(1))
    const crept = { ...sold(1), totaliserMl: Millilitres.parse(1_025_000) }
    const said = [g.see(crept), g.see(crept), g.see(crept), g.see(crept), g.see(crept)].flat()
    expect(said).toEqual(['fault_seen'])
    expect(g.gapsMl()).toEqual([5_000])
  })

  test('a preset reached with the nozzle still up does not begin a second visit', () => {
    const g = gateway()
    g.see(reading())
    g.see(up('fuelling'))
    expect(g.see({ ...sold(1), liftedNozzle: 1 })).toEqual(['sale_finished'])
    g.apply([{ type: 'grace_over' }])
    expect(g.see({ ...sold(1), liftedNozzle: 1 })).toEqual([])
    g.see(sold(1))
    expect(g.see({ ...sold(1), state: 'started', liftedNozzle: 1 })).toEqual(['lifted'])
  })

  test('without transaction numbers a sale is believed once it stands still, and the visit waits', () => {
    const g = gateway()
    g.see(sold(1, { transactionNumber: null }))
    g.see({ ...sold(1, { transactionNumber: null }), state: 'calling', liftedNozzle: 1 })
    const half = sold(2, { transactionNumber: null, volumeMl: Millilitres.parse(19_000) })
    const whole = sold(2, { transactionNumber: null })
    expect([g.see(half), g.see(whole)].flat()).toEqual(['flow_started'])
    expect(g.see(whole)).toEqual(['sale_finished'])
    expect(g.see(whole)).toEqual([])
    g.apply([{ type: 'grace_over' }])
    expect(g.sales()).toMatchObject([{ origin: 'witnessed', sale: { volumeMl: 20_000 } }])
  })

  test('a running totaliser without transaction numbers is no sale in a pause', () => {
    const old = sold(1, { transactionNumber: null })
    const g = gateway()
    g.see(old)
    g.see({ ...old, state: 'fuelling', liftedNozzle: 1, lastSale: null })
    const totaliserMl = Millilitres.parse(1_027_000)
    const paused = {
      ...old,
      state: 'calling' as const,
      liftedNozzle: 1,
      totaliserMl,
      lastSale: controllerSale({ transactionNumber: null, totaliserMl }),
    }
    for (let i = 0; i < 4; i++) expect(g.see(paused)).toEqual([])
  })

  test('what the pump shows at the very first look was sold before our time', () => {
    const g = gateway()
    expect(g.see(sold(5))).toEqual([])
    const damaged = gateway({ first: 'recover' })
    expect(damaged.see(sold(5))).toEqual(['recovered'])
  })

  test('a restart between lift and sale leaves the sale witnessed', () => {
    const g = gateway()
    g.see(reading())
    g.see(up('fuelling'))
    g.restart()
    expect(g.see(sold(1))).toEqual(['sale_finished'])
  })
})

/** What a person does at the pump, and what happens to the gateway meanwhile. */
type Act = 'lift' | 'deliver' | 'hang_up' | 'poll' | 'restart'
const acts = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Act>('poll') },
    fc.constantFrom<Act>('lift', 'deliver', 'hang_up', 'restart'),
  ),
  { maxLength: 120, size: 'max' },
)

async function live(script: readonly Act[], polls: 'every_step' | 'as_scripted') {
  const pump = createMemoryPump({
    controllerId: 'pump-a',
    fuellingPoints: [
      {
        fuellingPoint: 1,
        nozzles: [{ nozzle: 1, unitPriceFenPerLitre: 789 }],
        totaliserMl: 5_000,
        transactionNumber: 65_530,
      },
    ],
  })
  const call = { timeoutMs: 100, signal: new AbortController().signal }
  const g = gateway()
  const poll = async () => {
    const [now] = await pump.read(call)
    if (now) g.see(now)
    return now
  }
  await poll()
  const delivered: { volumeMl: number; amountFen: number }[] = []
  for (const act of script) {
    const [now] = await pump.read(call)
    const isUp = now?.liftedNozzle !== null
    if (act === 'lift' && !isUp) pump.lift(1, 1)
    if (act === 'deliver' && isUp) pump.deliver(1, 7_310)
    if (act === 'hang_up' && isUp) {
      if (now && now.volumeMl > 0)
        delivered.push({ volumeMl: now.volumeMl, amountFen: now.amountFen })
      pump.hangUp(1)
    }
    if (act === 'restart') g.restart()
    if (polls === 'every_step' || act === 'poll') await poll()
  }
  if ((await pump.read(call))[0]?.liftedNozzle !== null) {
    const [now] = await pump.read(call)
    if (now && now.volumeMl > 0)
      delivered.push({ volumeMl: now.volumeMl, amountFen: now.amountFen })
    pump.hangUp(1)
  }
  for (let i = 0; i < 4; i++) await poll()
  g.apply([{ type: 'grace_over' }])
  return { g, delivered }
}

describe('a pump used at random', () => {
  test('polled at every step and restarted at will, every sale is told once, in order, verbatim', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (script) => {
        const { g, delivered } = await live(script, 'every_step')
        const told = g
          .sales()
          .map(({ sale }) => ({ volumeMl: sale.volumeMl, amountFen: sale.amountFen }))
        expect(told).toEqual(delivered)
        expect(g.sales().every((one) => one.origin === 'witnessed')).toBe(true)
        expect(g.gapsMl()).toEqual([])
      }),
    )
  })

  test('polled however seldom, every litre is in a sale or in an alarm', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async (script) => {
        const { g, delivered } = await live(script, 'as_scripted')
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
        const toldMl = sum(g.sales().map(({ sale }) => sale.volumeMl)) + sum(g.gapsMl())
        // Before the first sale no totaliser is known by sale, only by the first reading.
        expect(toldMl).toBe(sum(delivered.map((one) => one.volumeMl)))
        for (const { sale } of g.sales())
          expect(delivered).toContainEqual({ volumeMl: sale.volumeMl, amountFen: sale.amountFen })
        const ids = g.sales().map(({ sale }) => sale.saleId)
        expect(new Set(ids).size).toBe(ids.length)
      }),
    )
  })
})

describe('running figures', () => {
  test('a display that counts differently changes nothing that is told', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { maxLength: 30 }), (volumes) => {
        const scripted = (counts: readonly number[]) => {
          const g = gateway()
          g.see(reading())
          g.see(up('started'))
          for (const count of counts)
            g.see(
              up('fuelling', { volumeMl: Millilitres.parse(count), amountFen: Fen.parse(count) }),
            )
          g.see(sold(1))
          g.apply([{ type: 'grace_over' }])
          return g.sales().map(({ sale }) => ({ ...sale, startedAt: '', endedAt: '' }))
        }
        expect(scripted(volumes)).toEqual(scripted([]))
      }),
    )
  })
})
