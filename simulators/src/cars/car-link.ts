import {
  VehicleReceipt,
  type VehicleSignals,
  type VehicleTelemetry,
  vehicleTopics,
} from '@forecourt/contracts'
import mqtt, { type MqttClient } from 'mqtt'
import type { Logger } from 'pino'

/** A connected car's telematics unit: publishes signals, hears its receipts. */
export type CarLink = {
  /** Publishes once; lost when the line is down, as telemetry may be. */
  publish(signals: VehicleSignals): void
  /** Receipts so far, oldest first, at most `receiptsMax`. */
  receipts(): readonly VehicleReceipt[]
  /** Idempotent. */
  close(): Promise<void>
}

const receiptsMax = 100
const reconnectEveryMs = 500
const connectDeadlineMs = 5_000

/**
 * Connects with the vehicle's own token, and resolves once it hears its receipts.
 *
 * @throws {Error} when the broker refuses the token or nobody answers in 5 seconds.
 */
export async function connectCar(options: {
  readonly url: string
  readonly vehicleId: string
  readonly token: string
  readonly log: Logger
}): Promise<CarLink> {
  const { vehicleId, log } = options
  const client = await reachBroker(options)
  const receipts: VehicleReceipt[] = []
  client.on('message', (_topic, payload) => {
    const receipt = readReceipt(payload)
    if (receipt === null) {
      log.warn({ vehicleId }, 'receipt unreadable')
      return
    }
    receipts.push(receipt)
    if (receipts.length > receiptsMax) receipts.shift()
  })
  await client.subscribeAsync(vehicleTopics.receipt(vehicleId), { qos: 1 })
  // Later breaks are the station restarting; the client comes back by itself.
  client.on('error', (error) => log.debug({ err: error, vehicleId }, 'car lost the station'))
  return {
    publish: (signals) => {
      if (!client.connected) return
      const telemetry: VehicleTelemetry = { sentAt: new Date().toISOString(), signals }
      client.publish(vehicleTopics.telemetry(vehicleId), JSON.stringify(telemetry), { qos: 0 })
    },
    receipts: () => receipts,
    close: async () => {
      await client.endAsync(true)
    },
  }
}

async function reachBroker(car: {
  readonly url: string
  readonly vehicleId: string
  readonly token: string
}): Promise<MqttClient> {
  try {
    return await mqtt.connectAsync(car.url, {
      clientId: car.vehicleId,
      username: car.vehicleId,
      password: car.token,
      clean: true,
      reconnectPeriod: reconnectEveryMs,
      connectTimeout: connectDeadlineMs,
      protocolVersion: 4,
    })
  } catch (error) {
    throw new Error(`vehicle ${car.vehicleId} cannot reach the station's broker`, { cause: error })
  }
}

function readReceipt(payload: Buffer): VehicleReceipt | null {
  try {
    return VehicleReceipt.safeParse(JSON.parse(payload.toString('utf8'))).data ?? null
  } catch {
    return null // Not JSON at all; the caller counts it.
  }
}
