import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { admit } from '../src/telematics/admission.ts'
import { verifyVehicleToken } from '../src/telematics/vehicle-token.ts'
import { signToken } from './telematics-cars.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const expiresAt = '2026-12-01T00:00:00.000Z'
const expiresAtMs = Date.parse(expiresAt)
const token = signToken({ vehicleId: 'car-1', expiresAt }, privateKey)
const at = { publicKey, nowMs: expiresAtMs - 1 }

describe('a vehicle token', () => {
  test('is genuine until the instant it expires', () => {
    expect(verifyVehicleToken(token, at)).toEqual({
      kind: 'genuine',
      vehicleId: 'car-1',
      expiresAtMs,
    })
    expect(verifyVehicleToken(token, { publicKey, nowMs: expiresAtMs })).toEqual({
      kind: 'expired',
    })
  })

  test('signed by another key is forged', () => {
    const other = generateKeyPairSync('ed25519').privateKey
    const forged = signToken({ vehicleId: 'car-1', expiresAt }, other)
    expect(verifyVehicleToken(forged, at)).toEqual({ kind: 'forged' })
  })

  test('with one bit of its content changed is forged', () => {
    const [signed = '', signature = ''] = token.split('.')
    const bytes = Buffer.from(signed, 'base64url')
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(bytes)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const text = `${changed.toString('base64url')}.${signature}`
        expect(verifyVehicleToken(text, at)).toEqual({ kind: 'forged' })
      }),
    )
  })

  test('that is none is refused and never throws', () => {
    const text = fc.oneof(fc.string(), fc.base64String({ maxLength: 2_000 }))
    fc.assert(
      fc.property(text, text, (one, other) => {
        for (const each of [one, `${one}.${other}`, `${one}.${other}.${one}`, `${token}.${one}`]) {
          expect(verifyVehicleToken(each, at).kind).toMatch(/malformed|forged/)
        }
      }),
    )
  })

  test('that the cloud signed but that names no vehicle is malformed', () => {
    for (const content of [{}, 'car-1', { vehicleId: '#', expiresAt }, { vehicleId: 'car-1' }]) {
      expect(verifyVehicleToken(signToken(content, privateKey), at)).toEqual({ kind: 'malformed' })
    }
  })
})

describe('at the door', () => {
  const knock = { clientId: 'car-1', userName: 'car-1', password: token, willTopic: null }

  test('a car with its own token comes in', () => {
    expect(admit(knock, at)).toEqual({ kind: 'admitted', vehicleId: 'car-1', expiresAtMs })
  })

  test.each([
    ['no client id', { clientId: '' }, 2, 'mqtt_no_client_id'],
    ['another client id', { clientId: 'car-2' }, 5, 'mqtt_unauthorised'],
    ['another user name', { userName: 'car-2' }, 5, 'mqtt_unauthorised'],
    ["another's name twice", { clientId: 'car-2', userName: 'car-2' }, 5, 'mqtt_unauthorised'],
    ['no user name', { userName: null }, 5, 'mqtt_unauthorised'],
    ['no password', { password: null }, 4, 'mqtt_unauthorised'],
    ['a made-up password', { password: 'let me in' }, 4, 'mqtt_unauthorised'],
    [
      "a will on another's topic",
      { willTopic: 'forecourt/v1/vehicles/car-2/telemetry' },
      5,
      'mqtt_foreign_topic',
    ],
  ])('a car with %s is refused', (_what, wrong, returnCode, rejection) => {
    expect(admit({ ...knock, ...wrong }, at)).toEqual({ kind: 'refused', returnCode, rejection })
  })

  test('a car with an expired token is refused by that name', () => {
    expect(admit(knock, { publicKey, nowMs: expiresAtMs })).toEqual({
      kind: 'refused',
      returnCode: 4,
      rejection: 'mqtt_token_expired',
    })
  })
})
