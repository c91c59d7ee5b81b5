import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type VehicleSignals, vehicleTopics } from '@forecourt/contracts'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { createTelematics, type Telematics } from '../src/telematics/index.ts'

/** A station's broker for tests, with the cloud's key pair and what was counted. */
export type TestStation = {
  readonly telematics: Telematics
  readonly counted: Map<string, number>
  readonly privateKey: KeyObject
  tokenOf(vehicleId: string, expiresAt?: Date): string
  /** A connected car; closed with the station. */
  connect(vehicleId: string, options?: IClientOptions): Promise<MqttClient>
  close(): Promise<void>
}

/** The forecourt of the tests, and a place on it 11 m north of its middle. */
export const location = { latitude: 31.2304, longitude: 121.4737, radiusM: 120 }
export const atThePump: VehicleSignals = {
  'Vehicle.CurrentLocation.Latitude': 31.2305,
  'Vehicle.CurrentLocation.Longitude': 121.4737,
}

export async function startStation(clock = () => new Date()): Promise<TestStation> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const counted = new Map<string, number>()
  const cars: MqttClient[] = []
  const telematics = await createTelematics({
    host: '127.0.0.1',
    port: 0,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    location,
    log: pino({ level: 'silent' }),
    clock,
    count: (rejection) => counted.set(rejection, (counted.get(rejection) ?? 0) + 1),
  })
  const tokenOf = (vehicleId: string, expiresAt = new Date(Date.now() + 3_600_000)) =>
    signToken({ vehicleId, expiresAt: expiresAt.toISOString() }, privateKey)
  return {
    telematics,
    counted,
    privateKey,
    tokenOf,
    async connect(vehicleId, options = {}) {
      const car = await mqtt.connectAsync(`mqtt://127.0.0.1:${telematics.port}`, {
        clientId: vehicleId,
        username: vehicleId,
        password: tokenOf(vehicleId),
        reconnectPeriod: 0,
        ...options,
      })
      car.on('error', () => undefined) // A refused car's test looks at what was counted.
      cars.push(car)
      return car
    },
    async close() {
      for (const car of cars) car.end(true)
      await telematics.close()
    },
  }
}

/** A vehicle token as the cloud makes it. */
export function signToken(content: unknown, privateKey: KeyObject): string {
  const signed = Buffer.from(JSON.stringify(content)).toString('base64url')
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
}

export const telemetry = (signals: VehicleSignals, sentAt = new Date()) =>
  JSON.stringify({ sentAt: sentAt.toISOString(), signals })

export const publishTelemetry = (car: MqttClient, vehicleId: string, payload: string | Buffer) =>
  car.publishAsync(vehicleTopics.telemetry(vehicleId), payload, { qos: 1 })

/** Settles when the car's connection is closed; ask before what closes it. */
export const closing = (car: MqttClient) =>
  new Promise<void>((resolve) => car.once('close', () => resolve()))

/** Waits until something holds; fails by name after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if (holds()) return
    await sleep(10)
  }
  throw new Error(`not within ten seconds: ${what}`)
}
