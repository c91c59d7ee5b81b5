import type { AuthorisationRequest } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type CloudUnderTest,
  completed,
  databases,
  startCloud,
  untilEnding,
  uuid7,
} from './cloud-under-test.ts'

describe.each(databases)('authorising a pump, on %s', (database) => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await startCloud(database)
  })
  afterAll(() => cloud.close())
  type Station = Awaited<ReturnType<CloudUnderTest['createStation']>>

  function ask(station: Station, plate: string | undefined, more: object = {}) {
    const { identity } = completed(station, plate === undefined ? {} : { plate })
    const { stationId, edgeId, token } = station
    const request = {
      requestId: uuid7(),
      stationId,
      edgeId,
      refuelId: uuid7(),
      fuellingPoint: 1,
      nozzle: 1,
      grade: '92',
      unitPriceFenPerLitre: 789,
      identity,
      ...more,
    } as unknown as AuthorisationRequest
    const path = `/v1/stations/${stationId}/authorisations`
    const send = () => cloud.call('POST', path, request, token)
    return { request, path, send }
  }

  test('a member is allowed up to what the wallet holds', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50001', balanceFen: 40_000 })
    const { json } = await ask(station, '川D50001').send()
    expect(json).toMatchObject({ decision: 'allowed', limitFen: 40_000, memberName: '王**' })
  })

  test('asked again it is the same answer, though the wallet has changed', async () => {
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate: '川D50002', balanceFen: 40_000 })
    const asking = ask(station, '川D50002')
    const [first, ...others] = await Promise.all([asking.send(), asking.send(), asking.send()])
    const topUp = { idempotencyKey: 'more', amountFen: 100_000 }
    await cloud.call('POST', `/v1/members/${memberId}/wallet/top-ups`, topUp)
    for (const other of [...others, await asking.send()]) expect(other.json).toEqual(first?.json)
  })

  test('another question under a known id is a conflict', async () => {
    const station = await cloud.createStation()
    const asking = ask(station, undefined)
    await asking.send()
    const other = { ...asking.request, nozzle: 2 }
    const { status, json } = await cloud.call('POST', asking.path, other, station.token)
    expect([status, json.type]).toEqual([409, 'request_conflict'])
  })

  test.each([
    ['nobody', undefined, 'no_plate'],
    ['a stranger', '川D59999', 'plate_unknown'],
    ['an empty wallet', '川D50003', 'insufficient_funds'],
  ])('%s is denied with the reason', async (_name, plate, reason) => {
    const station = await cloud.createStation()
    if (reason === 'insufficient_funds') await cloud.createMember({ plate: plate ?? '' })
    const { json } = await ask(station, plate).send()
    expect(json).toMatchObject({ decision: 'denied', reason, limitFen: null })
  })

  test('two pumps are never both promised the same money', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50004', balanceFen: 40_000 })
    const first = ask(station, '川D50004')
    expect((await first.send()).json.limitFen).toBe(40_000)
    const second = ask(station, '川D50004')
    expect((await second.send()).json).toMatchObject({ reason: 'insufficient_funds' })

    const { refuelId } = first.request
    const cancelled = {
      ...completed(station),
      eventId: uuid7(),
      type: 'refuel.cancelled.v1',
      refuelId,
      authorisationId: null,
      reason: 'walk_away',
    }
    const { sale: _s, identity: _i, origin: _o, totaliserBeforeMl: _t, ...event } = cancelled
    expect((await station.send([event])).json.receipts[0].status).toBe('committed')
    expect((await ask(station, '川D50004').send()).json.limitFen).toBe(40_000)
  })

  test('an answer that got lost holds nothing back from the same refuel asked again', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50010', balanceFen: 40_000 })
    const first = ask(station, '川D50010')
    const { refuelId } = first.request
    await first.send()
    const again = await ask(station, '川D50010', { refuelId }).send()
    expect(again.json).toMatchObject({ decision: 'allowed', limitFen: 40_000 })
    const other = await ask(station, '川D50010').send()
    expect(other.json).toMatchObject({ reason: 'insufficient_funds' })
  })

  test('two stations that ask at once are not both promised the same money', async () => {
    await cloud.createMember({ plate: '川D50009', balanceFen: 40_000 })
    const stations = await Promise.all([1, 2, 3, 4].map(() => cloud.createStation()))
    const answers = await Promise.all(stations.map((each) => ask(each, '川D50009').send()))
    const promised = answers.map(({ json }) => json.limitFen ?? 0)
    expect(promised.reduce((sum, limitFen) => sum + limitFen, 0)).toBe(40_000)
  })

  test('who was authorised pays, though nobody read the plate again at the end', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50005', balanceFen: 40_000 })
    const asking = ask(station, '川D50005')
    const { authorisationId } = (await asking.send()).json
    const event = completed(station, { authorisationId, refuelId: asking.request.refuelId })
    await station.send([event])
    expect(await untilEnding(cloud, event.refuelId, 'charged')).toMatchObject({ charges: 1 })
  })

  test('another member’s plate at the end leaves it to a person', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50006', balanceFen: 40_000 })
    await cloud.createMember({ plate: '川D50007', balanceFen: 40_000 })
    const asking = ask(station, '川D50006')
    const { authorisationId } = (await asking.send()).json
    const { refuelId } = asking.request
    const event = completed(station, { plate: '川D50007', authorisationId, refuelId })
    await station.send([event])
    const refuel = await untilEnding(cloud, event.refuelId, 'payable')
    expect(refuel).toMatchObject({ reason: 'match_ambiguous', charges: 0 })
  })

  test('an authorisation of another refuel is worth nothing', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '川D50008', balanceFen: 40_000 })
    const { authorisationId } = (await ask(station, '川D50008').send()).json
    const event = completed(station, { authorisationId })
    await station.send([event])
    const refuel = await untilEnding(cloud, event.refuelId, 'payable')
    expect(refuel).toMatchObject({ reason: 'no_plate', charges: 0 })
  })
})
