import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSandbox, type Sandbox } from '../src/providers/index.ts'
import { type Merchant, merchantKey, openMerchant } from './provider-merchant.ts'

const log = pino({ enabled: false })
const program = join(import.meta.dirname, '../src/providers/main.ts')

async function setContract(url: string, contractId: string, body: unknown): Promise<number> {
  const path = `${url}/control/contracts/${contractId}`
  return (await fetch(path, { method: 'PUT', body: JSON.stringify(body) })).status
}

describe('the provider sandbox', () => {
  let sandbox: Sandbox
  let merchant: Merchant
  beforeEach(async () => {
    sandbox = await createSandbox({ key: merchantKey, log, notifyDelaysMs: [1, 1, 1, 1] })
    merchant = await openMerchant(() => sandbox.url)
  })
  afterEach(async () => {
    await sandbox.close()
    merchant.close()
  })

  test('a contract that pays is charged, and the merchant is told once', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'pays' })
    const charged = await merchant.charge()
    expect(charged).toMatchObject({ status: 200, body: { state: 'paid', amountFen: 31_560 } })
    expect(await merchant.ask('GET', '/v1/charges/intent-1')).toEqual(charged)
    await vi.waitFor(() => expect(merchant.notices).toEqual([charged.body]))
  })

  test('the same number asked again is answered alike and charged once', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'pays' })
    const first = await merchant.charge()
    expect(await merchant.charge()).toEqual(first)
    expect(sandbox.charges()).toMatchObject([{ takenTimes: 1, takenFen: 31_560 }])
  })

  test('the same number over another amount is a conflict', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'pays' })
    await merchant.charge()
    const other = await merchant.charge({ amountFen: 31_561 })
    expect(other).toMatchObject({ status: 409, body: { code: 'charge_conflict' } })
    expect(sandbox.charges()).toMatchObject([{ takenTimes: 1, takenFen: 31_560 }])
  })

  test('a contract that refuses takes nothing', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'refuses' })
    expect((await merchant.charge()).body).toMatchObject({ state: 'refused' })
    expect(sandbox.charges()).toMatchObject([{ takenTimes: 0 }])
  })

  test('a contract that times out takes the money and answers only a query', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'times_out' })
    await expect(merchant.charge({}, AbortSignal.timeout(200))).rejects.toThrow()
    const found = await merchant.ask('GET', '/v1/charges/intent-1')
    expect(found.body).toMatchObject({ state: 'paid', amountFen: 31_560 })
    expect(sandbox.charges()).toMatchObject([{ takenTimes: 1 }])
  })

  test('a contract that answers twice tells the merchant twice about one charge', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'answers_twice' })
    const { body } = await merchant.charge()
    await vi.waitFor(() => expect(merchant.notices).toEqual([body, body]))
    expect(sandbox.charges()).toMatchObject([{ takenTimes: 1 }])
  })

  test('a notice is repeated until the merchant takes it', async () => {
    await setContract(sandbox.url, 'c-1', { behaviour: 'pays' })
    merchant.fail(3)
    const { body } = await merchant.charge()
    await vi.waitFor(() => expect(merchant.notices).toEqual([body, body, body, body]))
  })

  test('a charge nobody asked for is unknown', async () => {
    expect(await merchant.ask('GET', '/v1/charges/intent-9')).toMatchObject({
      status: 404,
      body: { code: 'charge_unknown' },
    })
  })

  test.each([
    ['no signature', { signature: '' }, 'signature_missing'],
    ['a wrong signature', { signature: 'AAAA' }, 'signature_wrong'],
    ['a clock far behind', { timestamp: '1700000000' }, 'timestamp_skewed'],
    ['no timestamp', { timestamp: '' }, 'signature_missing'],
  ])('%s is refused and charges nothing', async (_, spoilt, code) => {
    const asked = await merchant.ask('POST', '/v1/charges', '{}', spoilt)
    expect(asked).toMatchObject({ status: 401, body: { code } })
    const queried = await merchant.ask('GET', '/v1/charges/intent-1', '', spoilt)
    expect(queried).toMatchObject({ status: 401, body: { code } })
  })

  test.each([
    ['amountFen', { amountFen: 0.5 }],
    ['amountFen', { amountFen: -1 }],
    ['outTradeNo', { outTradeNo: 'a b' }],
    ['notifyUrl', { notifyUrl: 'ftp://x' }],
    ['surprise', { surprise: 1 }],
  ])('a charge with a bad %s is told so by name', async (field, change) => {
    const { status, body } = await merchant.charge(change)
    expect(status).toBe(400)
    expect(body['message']).toContain(field)
    expect(sandbox.charges()).toEqual([])
  })

  test('a body over the limit and a body that is not JSON are refused', async () => {
    expect((await merchant.ask('POST', '/v1/charges', ' '.repeat(20_000))).status).toBe(413)
    expect((await merchant.ask('POST', '/v1/charges', 'no json')).status).toBe(400)
  })

  test('the control plane refuses a behaviour nobody knows', async () => {
    expect(await setContract(sandbox.url, 'c-1', { behaviour: 'pays_double' })).toBe(400)
    expect(await setContract(sandbox.url, 'c%20', { behaviour: 'pays' })).toBe(400)
  })

  test('a taken port is an error, not a silent second sandbox', async () => {
    const second = createSandbox({ key: merchantKey, log, port: sandbox.port })
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('the provider’s book on disk', () => {
  let folder = ''
  let merchant: Merchant
  let url = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'provider-book-'))
    merchant = await openMerchant(() => url)
  })
  afterAll(() => {
    merchant.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const kills: (() => Promise<void>)[] = []
  // Also after a failed test: a process left behind would keep the whole run waiting.
  afterEach(async () => {
    for (const kill of kills.splice(0)) await kill()
  })

  /** The sandbox as a process of its own, and how to end it without warning. */
  async function startProcess(dataFile: string) {
    const child = spawn(process.execPath, [program], {
      env: { SANDBOX_PORT: '0', SANDBOX_PAY_KEY: merchantKey, SANDBOX_DATA: dataFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const kill = async () => {
      child.kill('SIGKILL')
      await exited
    }
    kills.push(kill)
    for await (const line of createInterface(child.stdout)) {
      const entry = JSON.parse(line) as { msg: string; port: number }
      url = `http://127.0.0.1:${entry.port}`
      if (entry.msg === 'sandbox ready') break
    }
    return kill
  }

  test('survives a kill: what was charged is not charged again', async () => {
    const dataFile = join(folder, 'killed.jsonl')
    const kill = await startProcess(dataFile)
    await setContract(url, 'c-1', { behaviour: 'pays' })
    const first = await merchant.charge()
    await kill()

    await startProcess(dataFile)
    expect(await merchant.charge()).toEqual(first)
    expect((await merchant.charge({ outTradeNo: 'intent-2' })).body).toMatchObject({
      state: 'paid',
    })
    const { charges } = (await (await fetch(`${url}/control/charges`)).json()) as {
      charges: unknown[]
    }
    expect(charges).toMatchObject([{ takenTimes: 1 }, { takenTimes: 1 }])
  })

  test('a last line that a crash cut off is left out, and writing goes on', async () => {
    const dataFile = join(folder, 'cut.jsonl')
    const open = () => createSandbox({ key: merchantKey, log, dataFile, notifyDelaysMs: [] })
    const first = await open()
    await setContract(first.url, 'c-1', { behaviour: 'pays' })
    await first.close()
    appendFileSync(dataFile, '[{"kind":"charge","outTradeNo":"half')

    const second = await open()
    expect(second.charges()).toEqual([])
    url = second.url
    await merchant.charge()
    await second.close()
    const third = await open()
    expect(third.charges()).toMatchObject([{ outTradeNo: 'intent-1', takenTimes: 1 }])
    await third.close()
  })

  test('a spoilt line in the middle is an error that names it', async () => {
    const dataFile = join(folder, 'spoilt.jsonl')
    writeFileSync(dataFile, '[]\n{"kind":"nonsense"}\n[]\n')
    await expect(createSandbox({ key: merchantKey, log, dataFile })).rejects.toThrow(
      `${dataFile}:2`,
    )
    expect(readFileSync(dataFile, 'utf8')).toContain('nonsense')
  })

  test('without a key the process does not start, and says which variable is missing', async () => {
    const child = spawn(process.execPath, [program], { env: { SANDBOX_PORT: '70000' } })
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect(code).toBe(2)
    expect(said).toContain('SANDBOX_PAY_KEY')
    expect(said).toContain('SANDBOX_PORT')
  })
})
