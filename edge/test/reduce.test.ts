import { Fen, Millilitres, priceOf } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idle, type SessionInput } from '../src/session/index.ts'
import { lifted, platesSeen, priceFenPerLitre, refuelId, run, sale, vote } from './visit.ts'

const flow: SessionInput = { type: 'flow_started' }
const finished = (n: number): SessionInput => ({ type: 'sale_finished', sale: sale(n) })
const allowed = (n = 1): SessionInput => ({
  type: 'authorisation_answered',
  refuelId: refuelId(n),
  decision: 'allowed',
  reason: null,
  authorisationId: 'auth-1',
  limitFen: Fen.parse(5_000),
})
const denied = (n = 1): SessionInput =>
  ({ ...allowed(n), decision: 'denied', reason: 'no_plate' }) as SessionInput

describe('a visit at a free pump', () => {
  test('a sale is told at once when the plate is known', () => {
    const { facts, session } = run([lifted(), platesSeen(vote()), flow, finished(1)])
    expect(facts.map((fact) => fact.type)).toEqual(['refuel.started.v1', 'refuel.completed.v1'])
    expect(facts[1]).toMatchObject({
      refuelId: refuelId(1),
      origin: 'witnessed',
      authorisationId: null,
      sale: { amountFen: 15_780, volumeMl: 20_000 },
      identity: { plates: [{ plate: '皖A12345' }] },
    })
    expect(session.status).toBe('idle')
  })

  test('a sale without a plate waits for one, and takes the first that comes', () => {
    const { session, types } = run([lifted(), flow, finished(1)])
    expect(session.status).toBe('closing')
    expect(types).toEqual(['refuel.started.v1'])
    const { facts } = run([platesSeen(vote('皖A12345', 1))], session)
    expect(facts[0]).toMatchObject({ identity: { plates: [{ plate: '皖A12345' }] } })
  })

  test('the grace ends without a plate: the sale is told without identity', () => {
    const { facts } = run([lifted(), flow, finished(1), { type: 'grace_over' }])
    expect(facts[1]).toMatchObject({ type: 'refuel.completed.v1', identity: { plates: [] } })
  })

  test('a restart in the grace tells the sale at once', () => {
    expect(run([lifted(), flow, finished(1), { type: 'restarted' }]).types).toContain(
      'refuel.completed.v1',
    )
  })

  test('the next lift in the grace tells the sale and begins a new visit', () => {
    const { types, session } = run([lifted(1), flow, finished(1), lifted(2)])
    expect(types).toEqual(['refuel.started.v1', 'refuel.completed.v1', 'refuel.started.v1'])
    expect(session).toMatchObject({ status: 'calling', visit: { refuelId: refuelId(2) } })
  })

  test('lifted and hung up without fuel is cancelled', () => {
    const { facts, session } = run([lifted(), { type: 'hung_up_empty' }])
    expect(facts[1]).toMatchObject({ type: 'refuel.cancelled.v1', reason: 'no_fuel' })
    expect(session.status).toBe('idle')
  })

  test('a visit in which fuel moved is never cancelled', () => {
    expect(run([lifted(), flow, { type: 'hung_up_empty' }]).types).not.toContain(
      'refuel.cancelled.v1',
    )
  })

  test('fuel that moved without a sale raises an alarm with the visit', () => {
    const { facts } = run([lifted(), flow, { type: 'sale_missing', detail: 'display 5000 ml' }])
    expect(facts[1]).toMatchObject({ alarm: 'sale_unreadable', refuelId: refuelId(1) })
  })

  test('an amount that is not volume times price is passed on verbatim, with an alarm', () => {
    const odd = sale(1, { amountFen: Fen.parse(12_345) })
    const { facts } = run([
      lifted(),
      platesSeen(vote()),
      flow,
      { type: 'sale_finished', sale: odd },
    ])
    expect(facts[1]).toMatchObject({ sale: { amountFen: 12_345, volumeMl: 20_000 } })
    expect(facts[2]).toMatchObject({ type: 'alarm.raised.v1', alarm: 'amount_mismatch' })
  })
})

describe('a visit that needs a release', () => {
  const call = lifted(1, 'on_authorisation')

  test('the cloud is asked when enough frames agree, and the limit becomes the preset', () => {
    expect(run([call, platesSeen(vote('皖A12345', 1))]).session.status).toBe('calling')
    const { effects, session } = run([call, platesSeen(vote()), allowed()])
    expect(session).toMatchObject({ status: 'authorised', visit: { authorisationId: 'auth-1' } })
    expect(effects).toContainEqual({
      type: 'command',
      refuelId: refuelId(1),
      command: { type: 'authorise', fuellingPoint: 1, preset: { by: 'amount', amountFen: 5_000 } },
    })
  })

  test('a denied pump stays locked, and a better plate asks again, three times at most', () => {
    const { session, effects } = run([call, { type: 'ask_due' }, denied()])
    expect(session).toMatchObject({ status: 'denied', reason: 'no_plate' })
    expect(effects.filter((effect) => effect.type === 'command')).toEqual([])
    const again = run(
      [platesSeen(vote('皖A12345')), denied(), platesSeen(vote('皖A12346')), denied()],
      session,
    )
    expect(again.effects.filter((effect) => effect.type === 'ask_cloud')).toHaveLength(2)
    const more = run([platesSeen(vote('皖A12347'))], again.session)
    expect(more.effects.filter((effect) => effect.type === 'ask_cloud')).toEqual([])
  })

  test('an operator releases a denied visit without a limit', () => {
    const { session } = run([call, { type: 'ask_due' }, denied(), { type: 'operator_released' }])
    expect(session).toMatchObject({ status: 'authorised', visit: { authorisationId: null } })
  })

  test('an answer to a visit that is over releases nobody', () => {
    const { session, effects } = run([
      call,
      { type: 'ask_due' },
      { type: 'hung_up_empty' },
      lifted(2, 'on_authorisation'),
      allowed(1),
    ])
    expect(session).toMatchObject({ status: 'calling', visit: { refuelId: refuelId(2) } })
    expect(effects.filter((effect) => effect.type === 'command')).toEqual([])
  })

  test('released and hung up without fuel is a walk-away, and the release is taken back', () => {
    const { facts, effects } = run([
      call,
      { type: 'ask_due' },
      allowed(),
      { type: 'hung_up_empty' },
    ])
    expect(facts[1]).toMatchObject({ reason: 'walk_away', authorisationId: 'auth-1' })
    expect(effects).toContainEqual({
      type: 'command',
      refuelId: refuelId(1),
      command: { type: 'stop', fuellingPoint: 1 },
    })
  })

  test('refused and stopped visits say so when they end', () => {
    const refused = run([call, { type: 'ask_due' }, denied(), { type: 'hung_up_empty' }])
    expect(refused.facts[1]).toMatchObject({ reason: 'refused' })
    const stopped = run([call, { type: 'operator_stopped' }, { type: 'hung_up_empty' }])
    expect(stopped.facts[1]).toMatchObject({ reason: 'operator' })
  })

  test('a question that was under way at a restart is asked again', () => {
    const { session } = run([call, { type: 'ask_due' }])
    const { effects } = run([{ type: 'restarted' }], session)
    expect(effects.filter((effect) => effect.type === 'ask_cloud')).toHaveLength(1)
  })
})

const anyInput: fc.Arbitrary<SessionInput> = fc.oneof(
  fc
    .record({
      n: fc.integer({ min: 1, max: 5 }),
      mode: fc.constantFrom('postpay' as const, 'on_authorisation' as const),
    })
    .map(({ n, mode }) => lifted(n, mode)),
  fc.integer({ min: 1, max: 6 }).map(finished),
  fc.integer({ min: 1, max: 6 }).map(
    (n) =>
      ({
        type: 'recovered',
        refuelId: refuelId(90 + n),
        sale: sale(n),
        totaliserBeforeMl: null,
      }) as const,
  ),
  fc.integer({ min: 1, max: 5 }).map(allowed),
  fc.integer({ min: 1, max: 5 }).map(denied),
  fc.integer({ min: 1, max: 3 }).map((frames) => platesSeen(vote('皖A12345', frames))),
  fc.constantFrom<SessionInput>(
    flow,
    { type: 'ask_due' },
    { type: 'grace_over' },
    { type: 'hung_up_empty' },
    { type: 'sale_missing', detail: '' },
    { type: 'operator_released' },
    { type: 'operator_stopped' },
    { type: 'restarted' },
    { type: 'vehicles_seen', vehicles: [] },
    { type: 'authorisation_failed', refuelId: refuelId(1), reason: 'uplink_down' },
    { type: 'fault_seen', alarm: 'pump_lost', fuellingPoint: 1, detail: '' },
  ),
)
const anyInputs = fc.array(anyInput, { maxLength: 80, size: 'max' })

describe('whatever comes in whatever order', () => {
  test('a sale is told at most once, verbatim, and never without the controller finishing it', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { facts } = run(inputs)
        const sold = facts.flatMap((fact) =>
          fact.type === 'refuel.completed.v1' ? [fact.sale] : [],
        )
        const ids = sold.map((one) => one.saleId)
        expect(new Set(ids).size).toBe(ids.length)
        const real = inputs.flatMap((input) =>
          input.type === 'sale_finished' || input.type === 'recovered' ? [input.sale] : [],
        )
        for (const one of sold) expect(real).toContainEqual(one)
      }),
    )
  })

  test('a recovered sale is always told, unless it was told before or waits for its plate', () => {
    fc.assert(
      fc.property(anyInputs, fc.integer({ min: 1, max: 6 }), (inputs, n) => {
        const before = run(inputs)
        const found = {
          type: 'recovered',
          refuelId: refuelId(99),
          sale: sale(n),
          totaliserBeforeMl: null,
        } as const
        const after = run([found, { type: 'grace_over' }], before.session)
        const told = [...before.facts, ...after.facts].filter(
          (fact) => fact.type === 'refuel.completed.v1' && fact.sale.saleId === found.sale.saleId,
        )
        expect(told).toHaveLength(1)
      }),
    )
  })

  test('an open visit takes its finished sale: grace over, it is told exactly once', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const before = run(inputs)
        fc.pre(before.session.status !== 'idle' && before.session.status !== 'closing')
        const { facts } = run([finished(50), { type: 'grace_over' }], before.session)
        expect(facts.filter((fact) => fact.type === 'refuel.completed.v1')).toHaveLength(1)
      }),
    )
  })

  test('every visit that begins ends at most once, and is never both sold and cancelled', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60, size: 'max' }), (inputs) => {
        let n = 0
        const fresh = inputs.map((input) =>
          input.type === 'lifted' ? { ...input, refuelId: refuelId(++n) } : input,
        )
        const { facts } = run(fresh)
        const ended = facts.flatMap((fact) =>
          fact.type === 'refuel.cancelled.v1' ||
          (fact.type === 'refuel.completed.v1' && fact.origin === 'witnessed')
            ? [fact.refuelId]
            : [],
        )
        expect(new Set(ended).size).toBe(ended.length)
      }),
    )
  })

  test('replaying the same inputs leads to the same session and the same facts', () => {
    fc.assert(
      fc.property(anyInputs, fc.nat(80), (inputs, cut) => {
        const whole = run(inputs)
        const first = run(inputs.slice(0, cut))
        const rest = run(inputs.slice(cut), JSON.parse(JSON.stringify(first.session)))
        expect(rest.session).toEqual(whole.session)
        expect([...first.facts, ...rest.facts]).toEqual(whole.facts)
      }),
    )
  })

  test('the pump is released only in a visit that asked or that an operator released', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { effects } = run(inputs.filter((input) => input.type !== 'operator_released'))
        const releases = effects.filter(
          (e) => e.type === 'command' && e.command.type === 'authorise',
        )
        const asks = effects.filter((e) => e.type === 'ask_cloud')
        expect(releases.length).toBeLessThanOrEqual(asks.length)
      }),
    )
  })

  test('nothing in, nothing out', () => {
    expect(run([])).toMatchObject({ session: idle, facts: [] })
  })

  test('a recovered sale that nothing tells from the last one is passed on, not swallowed', () => {
    const unseen = { saleId: 'pump-a/1/1/-/sunseen', totaliserMl: null, startedAt: null }
    const recovered = (n: number, volumeMl: Millilitres): SessionInput => ({
      type: 'recovered',
      refuelId: refuelId(n),
      sale: sale(n, { ...unseen, volumeMl, amountFen: priceOf(volumeMl, priceFenPerLitre) }),
      totaliserBeforeMl: null,
    })
    const { types } = run([
      recovered(1, Millilitres.parse(20_000)),
      recovered(2, Millilitres.parse(35_000)),
    ])
    expect(types).toEqual(['refuel.completed.v1', 'refuel.completed.v1'])
  })
})
