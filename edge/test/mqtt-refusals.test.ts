import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { vehiclePayloadBytesMax, vehicleTopics } from '@forecourt/contracts'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { listenerLimits } from '../src/telematics/listen.ts'
import {
  atThePump,
  closing,
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

const counted = () => Object.fromEntries(station.counted)
const isHere = (vehicleId: string) =>
  station.telematics.vehicles().some((vehicle) => vehicle.vehicleId === vehicleId)

/** A raw connection: everything it received, and whether it was closed. */
async function openSocket() {
  const socket: Socket = connect(station.telematics.port, '127.0.0.1')
  const received: Buffer[] = []
  const state = { closed: false }
  socket.on('data', (chunk: Buffer) => received.push(chunk))
  socket.on('close', () => {
    state.closed = true
  })
  socket.on('error', () => undefined) // A reset is one way to be closed.
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, state, received: () => Buffer.concat(received) }
}

const text = (value: string) => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

/** A CONNECT as MQTT 3.1.1, section 3.1 lays it out. */
function connectPacket(car: {
  clientId: string
  clean: boolean
  vehicleId: string
  will?: { topic: string; retain?: boolean }
}): Buffer {
  const { will } = car
  const willFlags = will === undefined ? 0 : 0x04 | (will.retain ? 0x20 : 0)
  const flags = 0xc0 | (car.clean ? 0x02 : 0) | willFlags
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([4, flags, 0, 60]),
    text(car.clientId),
    ...(will === undefined ? [] : [text(will.topic), text(telemetry(atThePump))]),
    text(car.vehicleId),
    text(station.tokenOf(car.vehicleId)),
  ])
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7]
  return Buffer.concat([Buffer.from([0x10, ...length]), body])
}

const connack = (returnCode: number) => Buffer.from([0x20, 2, 0, returnCode])

describe('a connection is refused', () => {
  test.each([false, true])(
    'without a client id, clean session %s: [MQTT-3.1.3-8]',
    async (clean) => {
      const { socket, state, received } = await openSocket()
      socket.write(connectPacket({ clientId: '', clean, vehicleId: 'car-1' }))
      await until('it is closed', () => state.closed)
      expect(received()).toEqual(connack(2))
      expect(counted()).toEqual({ mqtt_no_client_id: 1 })
    },
  )

  test("with another car's name", async () => {
    await expect(station.connect('car-1', { clientId: 'car-2' })).rejects.toThrow(/Not authorized/i)
    await expect(station.connect('car-1', { username: 'car-2' })).rejects.toThrow(/Not authorized/i)
    expect(counted()).toEqual({ mqtt_unauthorised: 2 })
  })

  test('with a forged, an expired or no token', async () => {
    const forged = station.tokenOf('car-1').replace('.', 'A.')
    const expired = station.tokenOf('car-1', new Date(Date.now() - 1))
    await expect(station.connect('car-1', { password: forged })).rejects.toThrow(/Bad username/i)
    await expect(station.connect('car-1', { password: expired })).rejects.toThrow(/Bad username/i)
    await expect(station.connect('car-1', { username: '', password: '' })).rejects.toThrow()
    expect(counted()).toEqual({ mqtt_unauthorised: 2, mqtt_token_expired: 1 })
  })

  test("with a will on another's topic, and the will is never heard", async () => {
    await station.connect('car-2')
    const { socket, state, received } = await openSocket()
    const will = { topic: vehicleTopics.telemetry('car-2'), retain: true }
    socket.write(connectPacket({ clientId: 'car-1', clean: true, vehicleId: 'car-1', will }))
    await until('it is closed', () => state.closed)
    expect(received()).toEqual(connack(5))
    expect(counted()).toEqual({ mqtt_foreign_topic: 1 })
    expect(isHere('car-2')).toBe(false)
  })

  test.each([
    ['random bytes', () => randomBytes(4_096)],
    ['a web request', () => Buffer.from('GET / HTTP/1.1\r\nHost: station\r\n\r\n')],
    ['a length without end', () => Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x80])],
    ['a publish before its connect', () => Buffer.from([0x30, 3, 0, 1, 0x61])],
  ])('that sends %s, and the others live on', async (_what, bytes) => {
    const car = await station.connect('car-1')
    const { socket, state } = await openSocket()
    socket.write(bytes())
    socket.end()
    await until('it is closed', () => state.closed)
    await publishTelemetry(car, 'car-1', telemetry(atThePump))
    expect(isHere('car-1')).toBe(true)
  })

  test('when it announces 200 MB, before the bytes arrive', async () => {
    const { socket, state } = await openSocket()
    socket.write(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f])) // 200,000,000 as MQTT writes it.
    await until('it is closed', () => state.closed)
    expect(counted()).toEqual({ mqtt_oversized: 1 })
  })
})

test('a connection beyond the limit is dropped and counted, and one that says nothing is closed', async () => {
  const first = await openSocket()
  const others: Awaited<ReturnType<typeof openSocket>>[] = []
  while (others.length < listenerLimits.connectionsMax - 1) others.push(await openSocket())
  expect(counted()).toEqual({})
  const tooMany = await openSocket()
  await until('the last is dropped', () => tooMany.state.closed)
  expect(counted()).toEqual({ mqtt_connections_full: 1 })
  await until('the first is closed', () => first.state.closed)
  await until('all others are closed', () => others.every(({ state }) => state.closed))
  await station.connect('car-1')
})

test("a will on the car's own topic is heard when it drops off", async () => {
  const { socket, received } = await openSocket()
  const will = { topic: vehicleTopics.telemetry('car-1') }
  socket.write(connectPacket({ clientId: 'car-1', clean: true, vehicleId: 'car-1', will }))
  await until('it is in', () => received().equals(connack(0)))
  socket.destroy()
  await until('its will is heard', () => isHere('car-1'))
  expect(counted()).toEqual({})
})

describe('a car that came in', () => {
  test("and publishes on another's topic is closed without an acknowledgement", async () => {
    const car = await station.connect('car-1')
    const closed = closing(car)
    let acknowledged = false
    car.publish(vehicleTopics.telemetry('car-2'), telemetry(atThePump), { qos: 1 }, (error) => {
      acknowledged = error === undefined || error === null
    })
    await closed
    expect(acknowledged).toBe(false)
    expect(counted()).toEqual({ mqtt_foreign_topic: 1 })
    expect(station.telematics.vehicles()).toEqual([])
  })

  test.each([
    '#',
    '+/+/+/+/+',
    '$SYS/#',
    vehicleTopics.receipt('car-2'),
    vehicleTopics.telemetry('car-1'),
    'forecourt/v1/vehicles/+/receipt',
  ])('and subscribes to %s gets SUBACK 0x80 and stays', async (filter) => {
    const { socket, received } = await openSocket()
    socket.write(connectPacket({ clientId: 'car-1', clean: true, vehicleId: 'car-1' }))
    await until('it is in', () => received().length === 4)
    const both = [filter, vehicleTopics.receipt('car-1')].flatMap((each) => [
      text(each),
      Buffer.from([1]),
    ])
    const body = Buffer.concat([Buffer.from([0, 7]), ...both])
    socket.write(Buffer.concat([Buffer.from([0x82, body.length]), body]))
    await until('it is answered', () => received().length === 10)
    expect(received().subarray(4)).toEqual(Buffer.from([0x90, 4, 0, 7, 0x80, 1]))
    expect(counted()).toEqual({ mqtt_foreign_topic: 1 })
    socket.destroy()
  })

  test('and publishes too much, too deep or after its token expired is closed', async () => {
    const tooMuch = Buffer.alloc(vehiclePayloadBytesMax + 1, 0x20)
    const publish = async (
      vehicleId: string,
      topic: string,
      payload: Buffer,
      password?: string,
    ) => {
      const options = password === undefined ? {} : { password }
      const car = await station.connect(vehicleId, options)
      const closed = closing(car)
      car.publish(topic, payload, { qos: 1 }, () => undefined)
      await closed
    }
    await publish('car-1', vehicleTopics.telemetry('car-1'), tooMuch)
    await publish('car-1', vehicleTopics.telemetry('car-1'), Buffer.alloc(1_000_000))
    expect(counted()).toEqual({ mqtt_oversized: 2 })
    await publish('car-2', 'a/'.repeat(200), Buffer.from('{}'))
    expect(counted()).toEqual({ mqtt_oversized: 2, mqtt_protocol_error: 1 })
    expect(station.telematics.vehicles()).toEqual([])
  })

  test('and connects again takes its own place', async () => {
    const first = await station.connect('car-1')
    const closed = closing(first)
    const second = await station.connect('car-1')
    await closed
    await publishTelemetry(second, 'car-1', telemetry(atThePump))
    expect(station.telematics.vehicles()).toMatchObject([{ vehicleId: 'car-1', connected: true }])
  })
})

test('a token that expires while its car is connected ends at the next word', async () => {
  let now = new Date()
  const clocked = await startStation(() => now)
  try {
    const car = await clocked.connect('car-1')
    await publishTelemetry(car, 'car-1', telemetry(atThePump, now))
    now = new Date(now.getTime() + 3_700_000)
    const closed = closing(car)
    car.publish(vehicleTopics.telemetry('car-1'), telemetry(atThePump, now), { qos: 1 }, () => {})
    await closed
    expect(Object.fromEntries(clocked.counted)).toEqual({ mqtt_token_expired: 1 })
  } finally {
    await clocked.close()
  }
})

describe.skipIf(inject('mosquittoPub') === null)('mosquitto_pub', () => {
  const publish = (vehicleId: string, topic: string) => {
    const who = ['-i', vehicleId, '-u', vehicleId, '-P', station.tokenOf(vehicleId)]
    const where = ['-h', '127.0.0.1', '-p', String(station.telematics.port), '-V', 'mqttv311']
    const what = ['-q', '1', '-t', topic, '-m', telemetry(atThePump)]
    return promisify(execFile)(inject('mosquittoPub') ?? '', [...who, ...where, ...what], {
      timeout: 10_000,
    })
  }

  test('with a real token is heard on its own topic', async () => {
    await publish('car-1', vehicleTopics.telemetry('car-1'))
    expect(station.telematics.vehicles()).toMatchObject([{ vehicleId: 'car-1', onSite: true }])
  })

  test("is refused on another's", async () => {
    // It would try again for ever when it is not acknowledged, so its end is ours to cause.
    await publish('car-1', vehicleTopics.telemetry('car-2')).catch(() => undefined)
    expect(station.counted.get('mqtt_foreign_topic')).toBeGreaterThan(0)
    expect(station.telematics.vehicles()).toEqual([])
  })
})
