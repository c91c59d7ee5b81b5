import { verify } from 'node:crypto'
import { existsSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { VehicleToken } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../src/config.ts'
import {
  adminToken,
  type CloudUnderTest,
  completed,
  databases,
  startCloud,
  untilEnding,
} from './cloud-under-test.ts'

describe.each(databases)('the API, on %s', (database) => {
  let cloud: CloudUnderTest
  beforeAll(async () => {
    cloud = await startCloud(database)
  })
  afterAll(() => cloud.close())

  test('nothing of the operator’s opens without the operator’s token', async () => {
    const station = await cloud.createStation()
    const { json: openapi } = await cloud.call('GET', '/openapi.json', undefined, null)
    const guarded = Object.entries<Record<string, { security?: object[] }>>(openapi.paths).flatMap(
      ([path, methods]) =>
        Object.keys(methods)
          .filter(() => path !== '/v1/vehicle-token-key')
          .map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'some-1')] as const),
    )
    expect(guarded.length).toBeGreaterThan(15)
    for (const [method, path] of guarded) {
      const body = method === 'GET' ? undefined : {}
      for (const token of [null, 'wrong-token-wrong-token', station.token]) {
        const { status, json } = await cloud.call(method, path, body, token)
        expect([method, path, status, json?.type]).toEqual([method, path, 401, 'unauthorised'])
      }
    }
  })

  test('a station’s token opens its own paths and no other station’s', async () => {
    const [one, other] = [await cloud.createStation(), await cloud.createStation()]
    const path = `/v1/stations/${other.stationId}`
    const events = { events: [completed(other)] }
    expect((await cloud.call('POST', `${path}/events`, events, one.token)).status).toBe(401)
    expect((await cloud.call('GET', `${path}/settlements`, undefined, one.token)).status).toBe(401)
    expect((await cloud.call('POST', `${path}/events`, events, adminToken)).status).toBe(401)
    expect(await other.refuels()).toEqual([])
  })

  test('a station’s name is taken once', async () => {
    const { stationId } = await cloud.createStation()
    const again = await cloud.call('POST', '/v1/stations', { stationId, name: 'Again' })
    expect(again).toMatchObject({ status: 409, json: { type: 'station_exists' } })
  })

  test('an error names every field that is wrong, as a problem document', async () => {
    const { status, json, headers } = await cloud.call('POST', '/v1/stations', {
      stationId: 'No Good!',
      surprise: 1,
    })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(json).toMatchObject({ type: 'invalid_request', status: 400 })
    const fields = json.errors.map((error: { field: string }) => error.field)
    expect(fields).toEqual(expect.arrayContaining(['json.stationId', 'json.name']))
    expect(json.detail).toContain('use 3 to 32 of a-z, 0-9 and -')
  })

  test.each([
    ['half a document', '{"stationId": "abc"', 'malformed_json'],
    ['no document', '', 'invalid_request'],
    ['a list', '[]', 'invalid_request'],
  ])('%s is refused in words', async (_name, body, type) => {
    const { status, json } = await cloud.call('POST', '/v1/stations', body)
    expect(status).toBe(400)
    expect([type, 'malformed_json']).toContain(json.type)
  })

  test.each([
    ['POST', '/v1/members', { memberId: 'nul-1', displayName: 'a\u0000b' }],
    ['POST', '/v1/stations', { stationId: 'nul-1', name: 'a\u0000b' }],
    ['GET', '/v1/receipts/a%00b', undefined],
  ])('a text no database can hold is refused: %s %s', async (method, path, body) => {
    const { status, json } = await cloud.call(method, path, body)
    expect({ status, json }).toMatchObject({ status: 400, json: { type: 'invalid_request' } })
  })

  test('a body over the limit is refused unread, also when its length is not told', async () => {
    const station = await cloud.createStation()
    const big = JSON.stringify({ events: ['x'.repeat(3_000_000)] })
    const path = `/v1/stations/${station.stationId}/events`
    const told = await cloud.call('POST', path, big, station.token)
    expect(told).toMatchObject({ status: 413, json: { type: 'body_too_large' } })
    expect(await sendChunked(cloud.url + path, station.token, big)).toBe(413)
    const small = await cloud.call('POST', '/v1/members', { memberId: 'x'.repeat(70_000) })
    expect(small.status).toBe(413)
  })

  test('a batch of more events than the limit is refused whole, and nothing is half done', async () => {
    const station = await cloud.createStation()
    const events = Array.from({ length: 101 }, () => completed(station))
    expect((await station.send(events)).status).toBe(400)
    expect(await station.refuels()).toEqual([])
  })

  test('a plate is stored in one form, and what is no plate is refused', async () => {
    const { memberId } = await cloud.createMember({ plate: '沪A40001' })
    const path = `/v1/members/${memberId}/vehicles`
    const typed = await cloud.call('POST', path, { vehicleId: 'v-typed', plate: '沪a·４０００2' })
    expect(typed).toMatchObject({ status: 201, json: { plate: '沪A40002' } })
    const bad = await cloud.call('POST', path, { vehicleId: 'v-bad', plate: 'HELLO' })
    expect(bad.status).toBe(400)
    expect(bad.json.detail).toContain('not a Chinese licence plate')
    const { json } = await cloud.call('GET', `/v1/members/${memberId}`)
    expect(json.vehicles.map((vehicle: { plate: string }) => vehicle.plate)).toEqual([
      '沪A40001',
      '沪A40002',
    ])
  })

  test('a top-up comes once for its key, and another amount under it is a conflict', async () => {
    const { memberId } = await cloud.createMember({ plate: '沪A40003' })
    const path = `/v1/members/${memberId}/wallet/top-ups`
    const topUp = { idempotencyKey: 'k', amountFen: 500 }
    const answers = await Promise.all([1, 2, 3].map(() => cloud.call('POST', path, topUp)))
    const results = answers.map(({ json }) => json.result).sort()
    expect(results).toEqual(['already_posted', 'already_posted', 'posted'])
    const other = await cloud.call('POST', path, { ...topUp, amountFen: 501 })
    expect(other).toMatchObject({ status: 409, json: { type: 'transfer_conflict' } })
    expect((await cloud.call('GET', `/v1/members/${memberId}`)).json.balanceFen).toBe(500)
  })

  test.each([
    ['blocked', 'member_blocked'],
    ['overdue', 'member_overdue'],
  ])('a member who is %s is not charged', async (status, reason) => {
    const plate = status === 'blocked' ? '沪A40004' : '沪A40005'
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate, balanceFen: 900_000 })
    await cloud.call('PUT', `/v1/members/${memberId}/status`, { status })
    const event = completed(station, { plate })
    await station.send([event])
    expect(await untilEnding(cloud, event.refuelId, 'payable')).toMatchObject({
      reason,
      charges: 0,
    })
  })

  test('a member who pays by a provider that is not configured is not charged', async () => {
    const station = await cloud.createStation()
    const { memberId } = await cloud.createMember({ plate: '沪A40006' })
    const method = { kind: 'sandbox', contractId: 'c-1' }
    await cloud.call('PUT', `/v1/members/${memberId}/payment-method`, method)
    const event = completed(station, { plate: '沪A40006' })
    await station.send([event])
    const refuel = await untilEnding(cloud, event.refuelId, 'payable')
    expect(refuel.reason).toBe('no_payment_method')
  })

  test('a car’s credential is signed by the key that everybody may read', async () => {
    const { vehicleId } = await cloud.createMember({ plate: '沪A40007' })
    const { json } = await cloud.call('POST', `/v1/vehicles/${vehicleId}/tokens`)
    const key = await cloud.call('GET', '/v1/vehicle-token-key', undefined, null)
    const [body = '', signature = ''] = json.token.split('.')
    const token = VehicleToken.parse(JSON.parse(Buffer.from(body, 'base64url').toString()))
    expect(token).toEqual({ vehicleId, expiresAt: json.expiresAt })
    const { publicKeyPem } = key.json
    const bytes = Buffer.from(signature, 'base64url')
    expect(verify(null, Buffer.from(body), publicKeyPem, bytes)).toBe(true)
    expect(verify(null, Buffer.from(`${body}x`), publicKeyPem, bytes)).toBe(false)
    expect((await cloud.call('POST', '/v1/vehicles/v-nobody/tokens')).status).toBe(404)
  })

  test('refuels come page by page, each once and in order', async () => {
    const station = await cloud.createStation()
    const events = Array.from({ length: 7 }, () => completed(station))
    await station.send(events)
    const seen: string[] = []
    for (let after = 0; ; ) {
      const path = `/v1/refuels?stationId=${station.stationId}&limit=3&after=${after}`
      const { refuels } = (await cloud.call('GET', path)).json
      if (refuels.length === 0) break
      seen.push(...refuels.map(({ refuelId }: { refuelId: string }) => refuelId))
      after = refuels.at(-1).saleCursor
    }
    expect(seen).toEqual(events.map(({ refuelId }) => refuelId))
  })

  test('a receipt is a page for who asks for one, with no markup from a name', async () => {
    const station = await cloud.createStation()
    await cloud.createMember({ plate: '沪A40008', balanceFen: 900_000, displayName: '<script>' })
    const event = completed(station, { plate: '沪A40008' })
    await station.send([event])
    const { receiptNumber } = await untilEnding(cloud, event.refuelId, 'charged')
    const response = await fetch(`${cloud.url}/v1/receipts/${receiptNumber}`, {
      headers: { authorization: `Bearer ${adminToken}`, accept: 'text/html' },
    })
    const page = await response.text()
    expect(page).toContain('¥315.60')
    expect(page).toContain('&lt;**')
    expect(page).not.toContain('<script>')
  })

  test('its own documentation is served whole, from here', async () => {
    for (const path of [
      '/docs',
      '/docs/swagger-ui.css',
      '/docs/swagger-ui-bundle.js',
      '/docs-start.js',
    ]) {
      expect([path, (await cloud.call('GET', path, undefined, null)).status]).toEqual([path, 200])
    }
    const page = await cloud.call('GET', '/docs', undefined, null)
    expect(page.text).not.toMatch(/https?:\/\//)
    expect((await cloud.call('GET', '/docs/package.json', undefined, null)).status).toBe(404)
    const { json } = await cloud.call('GET', '/openapi.json', undefined, null)
    expect(json.paths['/v1/stations/{stationId}/events'].post.security).toEqual([
      { stationToken: [] },
    ])
  })

  test('it says that it is up and ready, and what it counted', async () => {
    expect((await cloud.call('GET', '/healthz', undefined, null)).status).toBe(200)
    expect((await cloud.call('GET', '/readyz', undefined, null)).json).toEqual({ status: 'ready' })
    const station = await cloud.createStation()
    await station.send([completed(station)])
    const metrics = await cloud.call('GET', '/metrics', undefined, null)
    expect(metrics.text).toMatch(/cloud_ingest_total\{note="committed"\} [1-9]/)
    expect(metrics.text).toContain('cloud_charge_jobs{state="stuck"} 0')
  })
})

describe('the settings', () => {
  const good = { CLOUD_ADMIN_TOKEN: adminToken }
  test('need an operator’s token and nothing else', () => {
    expect(readConfig(good)).toMatchObject({ CLOUD_PORT: 8081, CLOUD_HOST: '127.0.0.1' })
    expect(existsSync('var/cloud/nothing')).toBe(false)
  })
  test.each([
    ['no token', {}, 'CLOUD_ADMIN_TOKEN'],
    ['a short token', { CLOUD_ADMIN_TOKEN: 'short' }, 'CLOUD_ADMIN_TOKEN'],
    ['a port out of range', { ...good, CLOUD_PORT: '70000' }, 'CLOUD_PORT'],
    ['a port that is a word', { ...good, CLOUD_PORT: 'eighty' }, 'CLOUD_PORT'],
    ['half a provider', { ...good, SANDBOX_PAY_URL: 'http://x' }, 'SANDBOX_PAY_KEY'],
    ['another database', { ...good, DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
  ])('%s is named', (_name, env, setting) => {
    expect(() => readConfig(env)).toThrow(ConfigError)
    expect(() => readConfig(env)).toThrow(setting)
  })
})

/** Posts without `content-length`, as a stream whose end nobody knows; resolves with the status. */
function sendChunked(url: string, token: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      {
        method: 'POST',
        agent: new Agent({ keepAlive: false }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
    sending.on('error', reject)
    for (let start = 0; start < body.length; start += 65_536) {
      sending.write(body.slice(start, start + 65_536))
    }
    sending.end()
  })
}
