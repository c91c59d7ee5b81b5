import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type CloudUnderTest,
  completed,
  databases,
  startCloud,
  untilEnding,
} from './cloud-under-test.ts'

describe.each(databases)('a refuel in the cloud, on %s', (database) => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await startCloud(database)
  })
  afterAll(() => cloud.close())

  test('a matched member is charged the controller’s amount, once, with a receipt', async () => {
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate: '沪A10001', balanceFen: 100_000 })
    const event = completed(station, { plate: '沪A10001' })
    const { status, json } = await station.send([event])
    expect(status).toBe(200)
    expect(json.receipts).toEqual([{ eventId: event.eventId, status: 'committed', reason: null }])

    const refuel = await untilEnding(cloud, event.refuelId, 'charged')
    expect(refuel).toMatchObject({ amountFen: 31_560, chargedFen: 31_560, charges: 1, memberId })
    const member = await cloud.call('GET', `/v1/members/${memberId}`)
    expect(member.json.balanceFen).toBe(100_000 - 31_560)

    const { settlements } = (await station.settlements()).json
    expect(settlements).toHaveLength(1)
    expect(settlements[0]).toMatchObject({
      cursor: 1,
      refuelId: event.refuelId,
      ending: 'charged',
      memberName: '王**',
      receiptNumber: refuel.receiptNumber,
    })
    const receipt = await cloud.call('GET', `/v1/receipts/${refuel.receiptNumber}`)
    expect(receipt.json).toMatchObject({ amountFen: 31_560, lines: [{ volumeMl: 40_000 }] })
    const ledger = await cloud.call('GET', '/v1/ledger/verification')
    expect(ledger.json).toMatchObject({ totalFen: 0, firstBad: null })
  })

  test('the same event sent ten times at once is charged once', async () => {
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate: '沪A10002', balanceFen: 900_000 })
    const event = completed(station, { plate: '沪A10002' })
    const answers = await Promise.all(Array.from({ length: 10 }, () => station.send([event])))
    const statuses = answers.map(({ json }) => json.receipts[0].status).sort()
    expect(statuses).toEqual(['committed', ...Array(9).fill('duplicate')])
    await untilEnding(cloud, event.refuelId, 'charged')
    const member = await cloud.call('GET', `/v1/members/${memberId}`)
    expect(member.json.balanceFen).toBe(900_000 - 31_560)
    expect(await station.refuels()).toHaveLength(1)
  })

  test('a sale told again in other figures is kept for a person and charged once', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A10003', balanceFen: 900_000 })
    const first = completed(station, { plate: '沪A10003' })
    await station.send([first])
    const again = completed(station, {
      plate: '沪A10003',
      sale: { saleId: first.sale.saleId, amountFen: 31_000, volumeMl: 39_290 },
    })
    const { json } = await station.send([again])
    expect(json.receipts[0]).toMatchObject({ eventId: again.eventId, status: 'rejected' })
    expect(json.receipts[0].reason).toMatch(/^sale_conflict/)
    expect((await station.send([again])).json.receipts[0].status).toBe('rejected')

    const refuel = await untilEnding(cloud, first.refuelId, 'charged')
    expect(refuel).toMatchObject({ charges: 1, chargedFen: 31_560 })
    expect(await station.refuels()).toHaveLength(1)
    const { events } = (await cloud.call('GET', '/v1/quarantine')).json
    const kept = events.filter(
      (each: { stationId: string }) => each.stationId === station.stationId,
    )
    expect(kept).toHaveLength(1)
    expect(JSON.parse(kept[0].raw).sale.amountFen).toBe(31_000)
    const { settlements } = (await station.settlements()).json
    expect(
      settlements.find((each: { refuelId: string }) => each.refuelId === again.refuelId),
    ).toMatchObject({ ending: 'payable', reason: 'sale_conflict' })
  })

  test('a sale told again by a gateway that lost its store is the same sale', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A10004', balanceFen: 900_000 })
    const first = completed(station, { plate: '沪A10004' })
    await station.send([first])
    await untilEnding(cloud, first.refuelId, 'charged')
    const again = completed(station, {
      origin: 'recovered',
      sale: { ...first.sale, transactionNumber: first.sale.transactionNumber ?? 0 },
    })
    const { json } = await station.send([again])
    expect(json.receipts[0].status).toBe('committed')
    expect(await station.refuels()).toHaveLength(1)
    const { settlements } = (await station.settlements(1)).json
    expect(settlements[0]).toMatchObject({ refuelId: again.refuelId, ending: 'charged' })
  })

  test('a sale told again before it was charged hears of the charge when it comes', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A10011', balanceFen: 900_000 })
    const first = completed(station, { plate: '沪A10011' })
    const again = completed(station, {
      origin: 'recovered',
      sale: { ...first.sale, transactionNumber: first.sale.transactionNumber ?? 0 },
    })
    await station.send([first, again])
    await untilEnding(cloud, first.refuelId, 'charged')
    const { settlements } = (await station.settlements()).json
    const told = settlements
      .filter(({ refuelId }: { refuelId: string }) => refuelId === again.refuelId)
      .map(({ ending }: { ending: string }) => ending)
    expect(told).toEqual(['pending', 'charged'])
  })

  test('a member without enough money is payable, and nothing was taken', async () => {
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate: '沪A10005', balanceFen: 31_559 })
    const event = completed(station, { plate: '沪A10005' })
    await station.send([event])
    const refuel = await untilEnding(cloud, event.refuelId, 'payable')
    expect(refuel).toMatchObject({ reason: 'insufficient_funds', charges: 0, chargedFen: 0 })
    const member = await cloud.call('GET', `/v1/members/${memberId}`)
    expect(member.json.balanceFen).toBe(31_559)
  })

  test.each([
    ['nobody was seen', 1, {}, 'no_plate'],
    ['a stranger', 2, { plate: '京B99999' }, 'plate_unknown'],
    ['an unsure read', 3, { confidence: 0.5 }, 'plate_uncertain'],
    ['an amount beside its litres', 4, { sale: { amountFen: 41_560 } }, 'amount_mismatch'],
    [
      'more than the tank holds',
      5,
      { sale: { volumeMl: 80_000, amountFen: 63_120 } },
      'risk_limit',
    ],
    ['a grade the car does not take', 6, { sale: { grade: '0' } }, 'risk_limit'],
    [
      'more than a fill may cost',
      7,
      { sale: { unitPriceFenPerLitre: 6000, amountFen: 240_000 } },
      'risk_limit',
    ],
  ])('%s is payable with the reason', async (_name, number, of, reason) => {
    const station = await cloud.createStation()
    const plate = `沪A1100${number}`
    const vehicle = { tankCapacityMl: 60_000, grades: ['92'] }
    await cloud.createMember({ plate, balanceFen: 900_000, vehicle })
    const event = completed(station, reason === 'no_plate' ? {} : { plate, ...of })
    await station.send([event])
    expect(await untilEnding(cloud, event.refuelId, 'payable')).toMatchObject({
      reason,
      charges: 0,
    })
  })

  test('a recovered sale goes to the back office, whoever’s plate was read', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A10007', balanceFen: 900_000 })
    const event = completed(station, { plate: '沪A10007', origin: 'recovered' })
    await station.send([event])
    const refuel = await untilEnding(cloud, event.refuelId, 'recovered')
    expect(refuel).toMatchObject({ reason: 'recovered_sale', charges: 0 })
  })

  test('a long poll answers as soon as the charge is through', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A10008', balanceFen: 900_000 })
    const waiting = station.settlements(0, 20_000)
    const event = completed(station, { plate: '沪A10008' })
    await station.send([event])
    expect((await waiting).json.settlements[0]).toMatchObject({ refuelId: event.refuelId })
  })

  test('a bad event is set aside and its neighbours go through', async () => {
    const station = await cloud.createStation()
    const good = completed(station)
    const bad = { ...completed(station), sale: { nonsense: true } }
    const garbage = 'not an event'
    const { json } = await station.send([bad, good, garbage])
    expect(json.receipts).toEqual([
      {
        eventId: bad.eventId,
        status: 'rejected',
        reason: expect.stringMatching(/^invalid_event: sale/),
      },
      { eventId: good.eventId, status: 'committed', reason: null },
    ])
    await untilEnding(cloud, good.refuelId, 'payable')
  })

  test('an event with another station’s name or a text no database can hold is set aside', async () => {
    const station = await cloud.createStation()
    const foreign = completed({ stationId: 'another-one', edgeId: station.edgeId })
    const withNul = completed(station, { sale: { saleId: 'a\u0000b' } })
    const huge = completed(station, { sale: { volumeMl: 2 ** 50, amountFen: 2 ** 50 } })
    const { json } = await station.send([foreign, withNul, huge])
    const reasons = json.receipts.map((receipt: { reason: string }) => receipt.reason.split(':')[0])
    expect(reasons).toEqual(['station_mismatch', 'invalid_event', 'implausible_sale'])
  })

  test('another event under a known id is set aside, not taken for a duplicate', async () => {
    const station = await cloud.createStation()
    const first = completed(station)
    const other = { ...completed(station), eventId: first.eventId }
    await station.send([first])
    const { json } = await station.send([other])
    expect(json.receipts[0]).toEqual({
      eventId: first.eventId,
      status: 'rejected',
      reason: expect.stringMatching(/^event_conflict/),
    })
  })

  test('a second gateway is refused until the operator releases the station', async () => {
    const station = await cloud.createStation()
    await station.send([completed(station)])
    const second = completed({ stationId: station.stationId, edgeId: randomUUID() })
    const refused = await station.send([second])
    expect(refused.status).toBe(409)
    expect(refused.json.type).toBe('station_in_use')
    expect(await station.refuels()).toHaveLength(1)
    const released = await cloud.call('POST', `/v1/stations/${station.stationId}/edge/release`)
    expect(released.status).toBe(204)
    expect((await station.send([second])).status).toBe(200)
  })

  test('a sale from a clock gone wrong is kept all the same', async () => {
    const station = await cloud.createStation()
    const longAgo = completed(station, { sale: { endedAt: '1970-01-01T00:00:00Z' } })
    const farAhead = completed(station, { sale: { endedAt: '2199-12-31T23:59:59Z' } })
    const lastYear = completed(station, {
      sale: { endedAt: new Date(Date.now() - 3e10).toISOString() },
    })
    const { json } = await station.send([longAgo, farAhead, lastYear])
    expect(json.receipts.map((receipt: { status: string }) => receipt.status)).toEqual(
      Array(3).fill('committed'),
    )
    expect(await station.refuels()).toHaveLength(3)
  })
})
