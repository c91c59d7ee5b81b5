import { Fen } from '@forecourt/contracts'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../src/db/open.ts'
import { fuelSalesOf, postTransfer, receivableFrom } from '../src/ledger/index.ts'
import { appendSettlement } from '../src/settlements/index.ts'
import { bindEdge, createStation } from '../src/stations/stations.repo.ts'
import {
  type CloudUnderTest,
  completed,
  createDatabase,
  startCloud,
  uuid7,
} from './cloud-under-test.ts'

const edgeId = '11111111-1111-4111-8111-111111111111'

/** Only the real server does two things at once. */
describe.skipIf(inject('postgresUrl') === null)('two processes on one database', () => {
  let url: string
  let database: OpenDatabase
  let one: CloudUnderTest
  let other: CloudUnderTest
  const limits = { RISK_DAY_FEN_MAX: '70000' }
  beforeAll(async () => {
    url = await createDatabase()
    database = await openDatabase({ kind: 'postgres', url })
    one = await startCloud('postgres', { DATABASE_URL: url, ...limits })
    other = await startCloud('postgres', { DATABASE_URL: url, ...limits })
  })
  afterAll(async () => {
    await one.close()
    await other.close()
    await database.close()
  })

  test('a charge is settled while its station’s events are being taken', async () => {
    const stationId = 'busy-1'
    await createStation(database.db, { stationId, name: 'Test' })
    const settled = database.db.transaction().execute(async (taking) => {
      await bindEdge(taking, { stationId, edgeIds: [edgeId], now: new Date() })
      return await database.db.transaction().execute(async (settling) => {
        await sql`set local lock_timeout = '1s'`.execute(settling)
        return await appendSettlement(settling, {
          stationId,
          refuelId: uuid7(),
          saleId: 'sale-1',
          ending: 'payable',
          reason: 'provider_refused',
          amountFen: 100,
          receiptNumber: null,
          memberName: null,
          vehicleIds: [],
          decidedAt: new Date(),
        })
      })
    })
    expect(await settled).toMatchObject({ cursor: 1 })
  })

  test('sales at eight stations at once never pass a member’s cap for the day', async () => {
    const plate = '鲁E60001'
    const { memberId } = await one.createMember({ plate, balanceFen: 900_000 })
    const stations = await Promise.all(
      [one, other, one, other, one, other, one, other].map((cloud) => cloud.createStation()),
    )
    await Promise.all(stations.map((station) => station.send([completed(station, { plate })])))
    const { rows } = await sql<{ total: bigint }>`select sum(amount_fen)::bigint as total
      from charge_intent where member_id = ${memberId}`.execute(database.db)
    expect(Number(rows[0]?.total)).toBe(2 * 31_560)
  })

  test('charges of one provider at two stations do not wait for each other', async () => {
    const post = (trx: OpenDatabase['db'], stationId: string) =>
      postTransfer(trx, {
        idempotencyKey: uuid7(),
        debitAccount: receivableFrom('sandbox', stationId),
        creditAccount: fuelSalesOf(stationId),
        amountFen: Fen.parse(100),
        memo: 'refuel',
      })
    const posted = database.db.transaction().execute(async (first) => {
      await post(first, 'here')
      return await database.db.transaction().execute(async (second) => {
        await sql`set local lock_timeout = '1s'`.execute(second)
        return await post(second, 'there')
      })
    })
    expect(await posted).toBe('posted')
  })
})
