import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { intentIdOf } from '../src/payments/intent.ts'
import {
  type CloudUnderTest,
  completed,
  databases,
  startCloud,
  untilEnding,
} from './cloud-under-test.ts'
import { type SandboxProcess, sandboxKey, startSandboxProcess } from './sandbox-process.ts'

describe.each(databases)('charging through a provider, on %s', (database) => {
  let sandbox: SandboxProcess
  let cloud: CloudUnderTest
  beforeAll(async () => {
    sandbox = await startSandboxProcess()
    cloud = await startCloud(database, {
      SANDBOX_PAY_URL: sandbox.url,
      SANDBOX_PAY_KEY: sandboxKey,
      CHARGE_TIMEOUT_MS: '400',
    })
  })
  afterAll(async () => {
    await cloud.close()
    await sandbox.stop()
  })

  let plates = 0
  async function refuel(behaviour: string) {
    const plate = `苏B2000${plates++}`
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate })
    const contractId = `c-${memberId}`
    await sandbox.setContract(contractId, behaviour)
    await cloud.call('PUT', `/v1/members/${memberId}/payment-method`, {
      kind: 'sandbox',
      contractId,
    })
    const event = completed(station, { plate })
    await station.send([event])
    const outTradeNo = intentIdOf({ stationId: station.stationId, saleId: event.sale.saleId })
    return { station, event, outTradeNo }
  }
  /** How often the provider itself says that it took the money. */
  async function takenTimes(outTradeNo: string): Promise<number> {
    const charges = await sandbox.charges()
    return charges.find((charge) => charge.outTradeNo === outTradeNo)?.takenTimes ?? 0
  }
  async function repeatedAnswers(): Promise<number> {
    const { text } = await cloud.call('GET', '/metrics', undefined, null)
    return Number(/outcomes_total\{kind="already"\} (\d+)/.exec(text)?.[1] ?? 0)
  }

  test('a provider that pays is owed to us by the amount', async () => {
    const { station, event, outTradeNo } = await refuel('pays')
    const done = await untilEnding(cloud, event.refuelId, 'charged')
    expect(done).toMatchObject({ charges: 1, chargedFen: 31_560 })
    expect(await takenTimes(outTradeNo)).toBe(1)
    const account = await cloud.call('GET', `/v1/ledger/accounts/fuel-sales:${station.stationId}`)
    expect(account.json.balanceFen).toBe(31_560)
  })

  test('a provider that refuses makes the refuel payable', async () => {
    const { event, outTradeNo } = await refuel('refuses')
    const done = await untilEnding(cloud, event.refuelId, 'payable')
    expect(done).toMatchObject({ charges: 0 })
    expect(['provider_refused', 'insufficient_funds']).toContain(done.reason)
    expect(await takenTimes(outTradeNo)).toBe(0)
  })

  test('a provider that takes the money and never answers is asked, not charged again', async () => {
    const { station, event, outTradeNo } = await refuel('times_out')
    const done = await untilEnding(cloud, event.refuelId, 'charged')
    expect(done).toMatchObject({ charges: 1, chargedFen: 31_560 })
    expect(await takenTimes(outTradeNo)).toBe(1)
    const { settlements } = (await station.settlements()).json
    const endings = settlements.map((each: { ending: string }) => each.ending)
    expect(endings).toEqual(['pending', 'charged'])
  })

  test('a provider that answers and then notifies twice charges once', async () => {
    const before = await repeatedAnswers()
    const { station, event, outTradeNo } = await refuel('answers_twice')
    await untilEnding(cloud, event.refuelId, 'charged')
    // One answer and two notices: whichever came first counted, the other two said nothing new.
    while ((await repeatedAnswers()) < before + 2) await sleep(50)
    const { settlements } = (await station.settlements()).json
    expect(settlements).toHaveLength(1)
    expect(await takenTimes(outTradeNo)).toBe(1)
    expect((await cloud.call('GET', `/v1/refuels/${event.refuelId}`)).json.charges).toBe(1)
    const ledger = await cloud.call('GET', '/v1/ledger/verification')
    expect(ledger.json).toMatchObject({ totalFen: 0, firstBad: null })
  })

  test('a notice that nobody signed is refused', async () => {
    const { event } = await refuel('refuses')
    await untilEnding(cloud, event.refuelId, 'payable')
    const answer = await cloud.call(
      'POST',
      '/v1/payments/notify/sandbox',
      { outTradeNo: 'x', transactionId: 'y', state: 'paid', amountFen: 1, reason: null },
      null,
    )
    expect(answer.status).toBe(401)
    expect(answer.json.type).toBe('notice_refused')
  })
})
