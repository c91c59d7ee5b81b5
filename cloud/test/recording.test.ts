import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../src/db/open.ts'
import { chargeRoutes } from '../src/payments/charge-routes.ts'
import { claimJobs, insertIntent, listChargeEvents } from '../src/payments/charges.repo.ts'
import { type ChargeIntent, intentIdOf } from '../src/payments/intent.ts'
import { type ProviderAnswer, recordOutcome } from '../src/payments/record-outcome.ts'
import { listSettlements } from '../src/settlements/settlements.repo.ts'
import { createStation } from '../src/stations/stations.repo.ts'
import { createDatabase, databases, uuid7 } from './cloud-under-test.ts'

const backoff = { firstMs: 500, longestMs: 60_000, attemptsMax: 3 }
const now = new Date('2026-11-23T06:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)

describe.each(databases)('recording what a provider answered, on %s', (kind) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await openDatabase(
      kind === 'embedded' ? { kind, directory: 'memory' } : { kind, url: await createDatabase() },
    )
  })
  afterAll(() => database.close())

  let stations = 0
  async function makeIntent(): Promise<ChargeIntent> {
    const number = ++stations
    const stationId = `station-${number}`
    await createStation(database.db, { stationId, name: 'Test' })
    const intent: ChargeIntent = {
      intentId: intentIdOf({ stationId, saleId: 'sale-1' }),
      stationId,
      saleId: 'sale-1',
      refuelId: uuid7(),
      memberId: 'm-1',
      memberName: '王**',
      vehicleIds: ['v-01'],
      gateway: `gateway-${String.fromCodePoint(0x60 + number)}`,
      contractId: 'c-1',
      amountFen: 31_560,
      fuellingPoint: 1,
      grade: '92',
      volumeMl: 40_000,
      unitPriceFenPerLitre: 789,
      endedAt: now,
    }
    await insertIntent(database.db, intent, now)
    return intent
  }
  const record = (intent: ChargeIntent, outcome: ProviderAnswer, attempt: number | null = 1) =>
    recordOutcome(database.db, { intentId: intent.intentId, outcome, attempt, now, backoff })
  const claim = (intent: ChargeIntent, at: Date) =>
    claimJobs(database.db, { gateway: intent.gateway, jobsMax: 5, now: at, leaseMs: 30_000 })
  const endings = async (intent: ChargeIntent) =>
    (await listSettlements(database.db, { stationId: intent.stationId, after: 0 })).map(
      ({ ending }) => ending,
    )
  const paid: ProviderAnswer = { kind: 'paid', providerRef: 'p-1' }
  const refused: ProviderAnswer = { kind: 'refused', reason: 'provider_refused' }
  const unknown: ProviderAnswer = { kind: 'unknown', detail: 'timed out' }

  test('twenty answers at once settle one charge once', async () => {
    const intent = await makeIntent()
    const kinds = await Promise.all(Array.from({ length: 20 }, () => record(intent, paid)))
    expect(kinds.filter((each) => each.kind === 'paid')).toHaveLength(1)
    expect(kinds.filter((each) => each.kind === 'already')).toHaveLength(19)
    expect(await endings(intent)).toEqual(['charged'])
  })

  test.each([
    ['paid after refused', refused, paid, 'payable'],
    ['refused after paid', paid, refused, 'charged'],
  ])('%s is kept for a person and changes nothing', async (_name, first, second, ending) => {
    const intent = await makeIntent()
    await record(intent, first)
    expect((await record(intent, second, null)).kind).toBe('contradicted')
    expect(await endings(intent)).toEqual([ending])
    expect((await listChargeEvents(database.db, intent.intentId)).at(-1)).toBe('contradicted')
  })

  test('a process that died between charging and writing leaves a question, not a charge', async () => {
    const intent = await makeIntent()
    expect((await claim(intent, now)).map(({ state }) => state)).toEqual(['charge'])
    expect(await claim(intent, later(29_000))).toEqual([])
    const [again] = await claim(intent, later(31_000))
    expect(again).toMatchObject({ state: 'query', attempt: 2 })
  })

  test('only the provider’s word that it never saw the charge leads to charging again', async () => {
    const intent = await makeIntent()
    await claim(intent, now)
    await record(intent, unknown)
    expect((await claim(intent, later(600))).map(({ state }) => state)).toEqual(['query'])
    await record(intent, { kind: 'absent' }, 2)
    expect((await claim(intent, later(2_000))).map(({ state }) => state)).toEqual(['charge'])
    expect(await endings(intent)).toEqual(['pending'])
  })

  test('a charge nobody can tell about stays pending for a person, and a late notice still settles it', async () => {
    const intent = await makeIntent()
    for (const attempt of [1, 2, 3]) {
      await claim(intent, later(attempt * 100_000))
      await record(intent, unknown, attempt)
    }
    expect(await claim(intent, later(10_000_000))).toEqual([])
    expect(await endings(intent)).toEqual(['pending'])
    await record(intent, paid, null)
    expect(await endings(intent)).toEqual(['pending', 'charged'])
  })

  test('what stays pending for a person is listed, and asked about again on the person’s word', async () => {
    const intent = await makeIntent()
    const kinds = []
    for (const attempt of [1, 2, 3]) kinds.push((await record(intent, unknown, attempt)).kind)
    expect(kinds).toEqual(['pending', 'pending', 'stuck'])
    const routes = chargeRoutes({ db: database.db, clock: () => now })
    expect(await (await routes.request('/charges/stuck')).json()).toMatchObject({
      charges: expect.arrayContaining([
        expect.objectContaining({ intentId: intent.intentId, amountFen: 31_560 }),
      ]),
    })
    await routes.request('/charges/stuck/ask-again', { method: 'POST' })
    expect(await claim(intent, now)).toMatchObject([{ state: 'query', attempt: 1 }])
  })

  test('two workers never take the same job', async () => {
    const intents = await Promise.all([makeIntent(), makeIntent()])
    const [first] = intents
    if (!first) throw new Error('no intent')
    const claims = await Promise.all(Array.from({ length: 8 }, () => claim(first, now)))
    expect(claims.flat()).toHaveLength(1)
  })

  test('what was charged cannot be changed or deleted, not even by us', async () => {
    const intent = await makeIntent()
    await record(intent, paid)
    const { db } = database
    for (const table of ['charge_event', 'settlement', 'receipt', 'charge_intent'] as const) {
      await expect(db.deleteFrom(table).execute()).rejects.toThrow(/append-only/)
    }
  })
})
