import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import { vehiclePayloadBytesMax, vehicleTopics } from '@forecourt/contracts'
import {
  Aedes,
  type AedesOptions,
  type AuthenticateError,
  type Client,
  type PublishPacket,
} from 'aedes'
import type { Logger } from 'pino'
import { mayPublish, maySubscribe } from './acl.ts'
import { type Admission, admit, type Knock } from './admission.ts'
import type { VehicleTokenCheck } from './vehicle-token.ts'

/** The broker's limits, and what happens beyond each. */
const brokerLimits = {
  /** Connected but not yet introduced; then closed. */
  connectTimeoutMs: 5_000,
  /** Packets a car may send ahead of its CONNACK; then closed. */
  queueMax: 16,
  /** QoS 2 messages a car may leave half done; then closed. */
  inflightMax: 16,
  /** A car that does not take its bytes for so long is closed. */
  drainTimeoutMs: 10_000,
  /** Deeper topics close the connection; our own have five levels. */
  topicLevelsMax: 8,
  /** A car that asks for a longer keep-alive, or for none, gets this one. */
  keepAliveMaxS: 600,
} as const

type BrokerDeps = {
  readonly check: () => VehicleTokenCheck
  readonly log: Logger
  readonly count: (rejection: string) => void
  /** A car spoke on its own topic. Called before it gets its acknowledgement. */
  readonly onTelemetry: (vehicleId: string, payload: Uint8Array) => void
  /** A car came or went. */
  readonly onConnection: () => void
  /** A car will hear its receipts from now on; at `qos` 0 it will confirm none. */
  readonly onListening: (vehicleId: string, qos: number) => void
  /** A car hears its receipts no longer: it unsubscribed, or is gone. */
  readonly onDeaf: (vehicleId: string) => void
  /** A car confirmed the oldest message it was sent. */
  readonly onConfirmed: (vehicleId: string) => void
}

/** The MQTT 3.1.1 side of telematics, without a socket of its own. */
export type Broker = {
  accept(connection: Duplex): void
  isConnected(vehicleId: string): boolean
  /** Sends on a car's receipt topic; resolves when written, or when the car is gone. */
  deliver(vehicleId: string, payload: string): Promise<void>
  close(): Promise<void>
}

/** What the broker knows about one connection. */
type Book = {
  readonly knocks: WeakMap<Client, Knock>
  readonly passports: WeakMap<Client, Extract<Admission, { kind: 'admitted' }>>
  /** Connections whose end is accounted for: counted under its own name, or no rejection at all. */
  readonly settled: WeakSet<Client>
  readonly connected: Map<string, Client>
}

/** Sets up aedes so that a car speaks on its own topic, hears its own receipts, and no more. */
export async function createBroker(deps: BrokerDeps): Promise<Broker> {
  const book: Book = {
    knocks: new WeakMap(),
    passports: new WeakMap(),
    settled: new WeakSet(),
    connected: new Map(),
  }
  const broker = await Aedes.createBroker({
    connectTimeout: brokerLimits.connectTimeoutMs,
    drainTimeout: brokerLimits.drainTimeoutMs,
    queueLimit: brokerLimits.queueMax,
    maxInflightInbound: brokerLimits.inflightMax,
    maxTopicLevels: brokerLimits.topicLevelsMax,
    ...doorOf(book, deps),
    ...rulesOf(book, deps),
  })
  follow(broker, book, deps)
  return {
    accept: (connection) => void broker.handle(connection),
    isConnected: (vehicleId) => book.connected.has(vehicleId),
    deliver: (vehicleId, payload) => deliver(book.connected.get(vehicleId), vehicleId, payload),
    close: () => new Promise((resolve) => broker.close(resolve)),
  }
}

/** CONNECT: who comes in. */
function doorOf(book: Book, deps: BrokerDeps) {
  return {
    preConnect(client, packet, done) {
      book.knocks.set(client, {
        clientId: packet.clientId,
        userName: packet.username ?? null,
        password: packet.password?.toString('utf8') ?? null,
        willTopic: packet.will?.topic ?? null,
      })
      // No session outlives its connection here: aedes would keep it in memory for ever. What a
      // car must not miss, its receipts, waits in our own bounded box.
      packet.clean = true
      packet.keepalive = Math.min(
        packet.keepalive || brokerLimits.keepAliveMaxS,
        brokerLimits.keepAliveMaxS,
      )
      done(null, true)
    },
    authenticate(client, _userName, _password, done) {
      const knock = book.knocks.get(client)
      const admission = knock && admit(knock, deps.check())
      if (admission?.kind === 'admitted') {
        book.passports.set(client, admission)
        return done(null, true)
      }
      const { rejection, returnCode } = admission ?? {
        rejection: 'mqtt_unauthorised',
        returnCode: 5,
      }
      reject(client, rejection, { book, deps })
      done(Object.assign(new Error(rejection), { returnCode }) as AuthenticateError, null)
    },
  } satisfies AedesOptions
}

/** PUBLISH and SUBSCRIBE: what a car may do once inside. */
function rulesOf(book: Book, deps: BrokerDeps) {
  return {
    authorizePublish(client, packet, done) {
      const passport = client === null ? undefined : book.passports.get(client)
      if (client === null || passport === undefined) return done(new Error('only cars publish'))
      const rejection = judgePublish(passport, packet, deps.check().nowMs)
      if (rejection !== null) {
        reject(client, rejection, { book, deps })
        return done(new Error(rejection)) // Closes the connection, without an acknowledgement.
      }
      packet.retain = false // What a car said is true when it said it, and kept for nobody.
      deps.onTelemetry(passport.vehicleId, Buffer.from(packet.payload))
      done(null)
    },
    authorizeSubscribe(client, subscription, done) {
      const vehicleId = book.passports.get(client)?.vehicleId ?? ''
      if (maySubscribe(vehicleId, subscription.topic)) return done(null, subscription)
      deps.count('mqtt_foreign_topic')
      done(null, null) // SUBACK 0x80: this one is refused, the connection stays.
    },
  } satisfies AedesOptions
}

function judgePublish(
  passport: { readonly vehicleId: string; readonly expiresAtMs: number },
  packet: PublishPacket,
  nowMs: number,
): string | null {
  if (passport.expiresAtMs <= nowMs) return 'mqtt_token_expired'
  if (!mayPublish(passport.vehicleId, packet.topic)) return 'mqtt_foreign_topic'
  return packet.payload.length > vehiclePayloadBytesMax ? 'mqtt_oversized' : null
}

function reject(
  client: Client,
  rejection: string,
  { book, deps }: { readonly book: Book; readonly deps: BrokerDeps },
): void {
  book.settled.add(client)
  deps.count(rejection)
  const vehicleId = book.passports.get(client)?.vehicleId
  // Who has no token can knock without end, and must not fill the log; the count tells.
  if (vehicleId === undefined) deps.log.debug({ rejection }, 'stranger refused')
  else deps.log.warn({ vehicleId, rejection }, 'car refused')
}

/** Keeps the book, and tells of cars that come, listen, confirm and go. */
function follow(broker: Aedes, book: Book, deps: BrokerDeps): void {
  const settle = (client: Client) => void book.settled.add(client)
  const countOnce = (client: Client, error: NodeJS.ErrnoException) => {
    // An error with a code is the network's (ECONNRESET): cars drive out of reach all day.
    if (book.settled.has(client) || error.code !== undefined) return
    settle(client)
    deps.count('mqtt_protocol_error')
    deps.log.debug({ err: error }, 'car broke the protocol')
  }
  broker.on('clientError', countOnce)
  broker.on('connectionError', countOnce)
  broker.on('keepaliveTimeout', settle)
  broker.on('client', (client) => {
    book.connected.set(client.id, client)
    deps.onConnection()
  })
  broker.on('clientDisconnect', (client) => {
    settle(client)
    if (book.connected.get(client.id) !== client) return // Another connection of this car took over.
    book.connected.delete(client.id)
    deps.onDeaf(client.id)
    deps.onConnection()
  })
  broker.on('subscribe', (subscriptions, client) => {
    const granted = subscriptions.find(({ topic }) => maySubscribe(client.id, topic))
    if (granted !== undefined) deps.onListening(client.id, granted.qos)
  })
  broker.on('unsubscribe', (topics, client) => {
    if (topics.some((topic) => maySubscribe(client.id, topic))) deps.onDeaf(client.id)
  })
  broker.on('ack', (_packet, client) => deps.onConfirmed(client.id))
  // Its own overloads leave `error` out; unheard, it would end the process.
  const emitter: EventEmitter = broker
  emitter.on('error', (error) => deps.log.error({ err: error }, 'broker failed'))
}

function deliver(client: Client | undefined, vehicleId: string, payload: string): Promise<void> {
  if (client === undefined || client.closed) return Promise.resolve()
  const packet = {
    cmd: 'publish',
    topic: vehicleTopics.receipt(vehicleId),
    payload,
    qos: 1,
    dup: false,
    retain: false,
  } as const
  return new Promise((resolve) => client.publish(packet, () => resolve()))
}
