import { generateKeyPairSync, sign } from 'node:crypto'
import { VehicleTelemetry, vehicleTopics } from '@forecourt/contracts'
import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { createTelematics } from '../src/telematics/index.ts'
import { hear, nobody, type Presence, presenceLimits } from '../src/telematics/presence.ts'

/**
 * Budget. A broker takes 500 cars, and a car tells of itself once a second: 500 messages a
 * second at the very most. They may cost a quarter of one core, so one core must do 2,000. The
 * cars of this benchmark publish at QoS 1 from the same process and so share that core.
 */
const messagesPerSecondMin = 2_000
/**
 * Budget. Folding is the part that blocks the station's one thread. At the limit of 500 known
 * cars and 500 messages a second it may take 5 % of it: 100 µs a message, 10,000 a second.
 */
const foldsPerSecondMin = 10_000

const carsAtOnce = 20
const messagesPerCar = 250
const site = { latitude: 31.2304, longitude: 121.4737, radiusM: 120 }

export async function bench() {
  return [await benchBroker(), benchFold()]
}

async function benchBroker() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  let folded = 0
  const telematics = await createTelematics({
    host: '127.0.0.1',
    port: 0,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    location: site,
    log: pino({ level: 'silent' }),
    clock: () => new Date(),
    count: (rejection) => {
      throw new Error(`the benchmark's own message was refused: ${rejection}`)
    },
  })
  telematics.onChange(() => {
    folded += 1
  })
  const token = (vehicleId: string) => {
    const content = { vehicleId, expiresAt: new Date(Date.now() + 600_000).toISOString() }
    const signed = Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
  }
  const connect = (vehicleId: string) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${telematics.port}`, {
      clientId: vehicleId,
      username: vehicleId,
      password: token(vehicleId),
    })
  const ids = Array.from({ length: carsAtOnce }, (_, n) => `car-${n}`)
  const cars = await Promise.all(ids.map(connect))
  folded = 0 // Connections count as changes too.

  const startMs = performance.now()
  await Promise.all(cars.map((car, n) => publishAll(car, ids[n] ?? '')))
  const value = (folded / (performance.now() - startMs)) * 1_000
  const isComplete = folded === carsAtOnce * messagesPerCar

  await Promise.all(cars.map((car) => car.endAsync()))
  await telematics.close()
  return {
    name: 'telematics: QoS 1 publish to state',
    value,
    unit: 'messages/s',
    budget: messagesPerSecondMin,
    bound: 'min',
    ok: isComplete && value >= messagesPerSecondMin,
    note: `${carsAtOnce * messagesPerCar} folded before their PUBACK; ${carsAtOnce} cars in the same process`,
  }
}

async function publishAll(car: MqttClient, vehicleId: string): Promise<void> {
  const topic = vehicleTopics.telemetry(vehicleId)
  const sent = Array.from({ length: messagesPerCar }, (_, n) =>
    car.publishAsync(topic, JSON.stringify(telemetryAt(Date.now(), n)), { qos: 1 }),
  )
  await Promise.all(sent)
}

function benchFold() {
  const rounds = 20
  const nowMs = Date.now()
  let presence: Presence = nobody
  const round = (n: number) => {
    const telemetry = telemetryAt(nowMs + n * 1_000, n)
    for (let car = 0; car < presenceLimits.vehiclesMax; car++) {
      const heard = { vehicleId: `car-${car}`, telemetry, receivedAtMs: nowMs + n * 1_000 }
      presence = hear(presence, heard, site).presence
    }
  }
  round(0)
  const startMs = performance.now()
  for (let n = 1; n <= rounds; n++) round(n)
  const value = (rounds * presenceLimits.vehiclesMax * 1_000) / (performance.now() - startMs)
  return {
    name: 'telematics: fold with 500 cars known',
    value,
    unit: 'messages/s',
    budget: foldsPerSecondMin,
    bound: 'min',
    ok: presence.size === presenceLimits.vehiclesMax && value >= foldsPerSecondMin,
    note: `${presence.size} cars, position and level moving in every message`,
  }
}

function telemetryAt(sentAtMs: number, n: number) {
  return VehicleTelemetry.parse({
    sentAt: new Date(sentAtMs).toISOString(),
    signals: {
      'Vehicle.CurrentLocation.Latitude': site.latitude + (n % 10) / 100_000,
      'Vehicle.CurrentLocation.Longitude': site.longitude,
      'Vehicle.Speed': 0,
      'Vehicle.Powertrain.FuelSystem.AbsoluteLevel': 10 + (n % 400) / 10,
      'Vehicle.Powertrain.FuelSystem.IsFuelPortFlapOpen': true,
      'Vehicle.VehicleIdentification.LicensePlate': '沪A12345',
    },
  })
}
