import { randomBytes } from 'node:crypto'
import { VehicleReceipt, vehiclePayloadBytesMax, vehicleTopics } from '@forecourt/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTelematics } from '../src/telematics/index.ts'
import {
  atThePump,
  location,
  publishTelemetry,
  startStation,
  type TestStation,
  telemetry,
  until,
} from './telematics-cars.ts'

let station: TestStation
beforeEach(async () => {
  station = await startStation()
})
afterEach(() => station.close())

const minuteAgo = () => new Date(Date.now() - 60_000)
const evidence = () => station.telematics.evidenceFor({ since: minuteAgo(), now: new Date() })

const receiptOf = (receiptNumber: string) =>
  VehicleReceipt.parse({
    stationId: 'demo-1',
    refuelId: '019400d0-0000-7000-8000-000000000001',
    ending: 'charged',
    reason: null,
    amountFen: 31_560,
    receiptNumber,
    decidedAt: '2026-11-23T06:00:00.000Z',
  })

describe('a connected car', () => {
  test.each([0, 1, 2] as const)('is on site once it says so, at QoS %i', async (qos) => {
    const car = await station.connect('car-1')
    const payload = telemetry({
      ...atThePump,
      'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': true,
      'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': 12.5,
      'Vehicle.VehicleIdentification.LicensePlate': '沪A·12345',
    })
    await car.publishAsync(vehicleTopics.telemetry('car-1'), payload, { qos })
    await until('the car is known', () => station.telematics.vehicles().length === 1)
    expect(station.telematics.vehicles()[0]).toMatchObject({
      vehicleId: 'car-1',
      connected: true,
      onSite: true,
      flapOpen: true,
      levelMl: 12_500,
      plateHint: '沪A12345',
    })
    expect(evidence()).toMatchObject([{ vehicleId: 'car-1', onSite: true, flapOpen: true }])
  })

  test('is shown as gone when it goes', async () => {
    const car = await station.connect('car-1')
    await publishTelemetry(car, 'car-1', telemetry(atThePump))
    await car.endAsync()
    await until('it is shown as gone', () => !station.telematics.vehicles()[0]?.connected)
    expect(station.telematics.vehicles()).toHaveLength(1)
  })

  test('tells those who watch, until they stop', async () => {
    const car = await station.connect('car-1')
    let told = 0
    const stop = station.telematics.onChange(() => {
      told += 1
    })
    await publishTelemetry(car, 'car-1', telemetry(atThePump))
    expect(told).toBe(1)
    stop()
    await publishTelemetry(car, 'car-1', telemetry(atThePump))
    expect(told).toBe(1)
  })

  test('whose payload is garbled is acknowledged, counted and stays connected', async () => {
    const car = await station.connect('car-1')
    await publishTelemetry(car, 'car-1', '{"sentAt":')
    await publishTelemetry(car, 'car-1', randomBytes(vehiclePayloadBytesMax))
    await publishTelemetry(car, 'car-1', telemetry(atThePump))
    expect(station.counted).toEqual(new Map([['mqtt_garbled', 2]]))
    expect(evidence()).toHaveLength(1)
  })

  test('whose fix is old or from tomorrow is acknowledged and counted, not believed', async () => {
    const car = await station.connect('car-1')
    await publishTelemetry(car, 'car-1', telemetry(atThePump, new Date(Date.now() - 61_000)))
    await publishTelemetry(car, 'car-1', telemetry(atThePump, new Date(Date.now() + 30_000)))
    expect(Object.fromEntries(station.counted)).toEqual({ mqtt_stale: 1, mqtt_ahead: 1 })
    expect(evidence()).toEqual([])
  })
})

describe('a receipt', () => {
  const listen = async (vehicleId: string, qos: 0 | 1 | 2 = 1) => {
    const car = await station.connect(vehicleId)
    const heard: string[] = []
    car.on('message', (_topic, payload) => heard.push(String(payload)))
    await car.subscribeAsync(vehicleTopics.receipt(vehicleId), { qos })
    return { car, heard }
  }

  test('reaches its car and no other', async () => {
    const own = await listen('car-1')
    const other = await listen('car-2')
    await station.telematics.publishReceipt('car-1', receiptOf('R-1'))
    await until('the receipt came', () => own.heard.length === 1)
    expect(VehicleReceipt.parse(JSON.parse(own.heard[0] ?? ''))).toEqual(receiptOf('R-1'))
    await station.telematics.publishReceipt('car-2', receiptOf('R-2'))
    await until('the other receipt came', () => other.heard.length === 1)
    expect(own.heard).toHaveLength(1)
  })

  test.each([0, 1, 2] as const)('waits for a car that listens later, at QoS %i', async (qos) => {
    await station.telematics.publishReceipt('car-1', receiptOf('R-1'))
    const { heard, car } = await listen('car-1', qos)
    await until('the receipt came', () => heard.length === 1)
    await car.endAsync()
    const again = await listen('car-1', qos)
    await station.telematics.publishReceipt('car-1', receiptOf('R-2'))
    await until('the next receipt came', () => again.heard.length === 1)
    expect(again.heard[0]).toContain('R-2')
  })

  test('that a car did not confirm is sent again on its next connection', async () => {
    const deaf = await station.connect('car-1')
    deaf.handleMessage = () => undefined // Never calls back, so never acknowledges.
    await deaf.subscribeAsync(vehicleTopics.receipt('car-1'), { qos: 1 })
    await station.telematics.publishReceipt('car-1', receiptOf('R-1'))
    deaf.end(true)
    const { heard } = await listen('car-1')
    await until('the receipt came again', () => heard.length === 1)
    expect(heard[0]).toContain('R-1')
  })
})

test('telematics without a usable key or port say which setting to change', async () => {
  const deps = {
    host: '127.0.0.1',
    location,
    log: (await import('pino')).pino({ level: 'silent' }),
    clock: () => new Date(),
    count: () => undefined,
  }
  const taken = { ...deps, port: station.telematics.port }
  await expect(createTelematics({ ...taken, publicKeyPem: 'no key' })).rejects.toThrow(
    'mqtt.vehicleTokenPublicKeyPem',
  )
  const { publicKey } = (await import('node:crypto')).generateKeyPairSync('ed25519')
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await expect(createTelematics({ ...taken, publicKeyPem })).rejects.toThrow('mqtt.port')
})
