import {
  VehicleReceipt,
  type VehicleSignals,
  type VehicleTelemetry,
  vehicleTopics,
} from '@forecourt/contracts'
import mqtt from 'mqtt'
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
 * Opens the line with the vehicle's own token and keeps trying while the station's broker is
 * away, as a car does; a refused token is logged and tried again too.
 */
export function openCarLink(options: {
  readonly url: string
  readonly vehicleId: string
  readonly token: string
  readonly log: Logger
}): CarLink {
  const { vehicleId, log } = options
  const client = mqtt.connect(options.url, {
    clientId: vehicleId,
    username: vehicleId,
    password: options.token,
    clean: true,
    reconnectPeriod: reconnectEveryMs,
    connectTimeout: connectDeadlineMs,
    protocolVersion: 4,
  })
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
  client.on('connect', () => {
    client.subscribe(vehicleTopics.receipt(vehicleId), { qos: 1 }, (error) => {
      if (error !== null) log.warn({ err: error, vehicleId }, 'car cannot hear its receipts')
    })
  })
  client.on('error', (error) => log.warn({ err: error, vehicleId }, 'station refuses the car'))
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

function readReceipt(payload: Buffer): VehicleReceipt | null {
  try {
    return VehicleReceipt.safeParse(JSON.parse(payload.toString('utf8'))).data ?? null
  } catch {
    return null // Not JSON at all; the caller counts it.
  }
}
