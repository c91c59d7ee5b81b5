import { DeviceError, type FuellingPointReading, type PumpDriver } from '@forecourt/contracts'
import { createMemoryPump } from '@forecourt/drivers'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { createPoller, pollerLimits } from '../src/pumps/poller.ts'
import { until } from './until.ts'

const pump = (controllerId = 'pump-a') =>
  createMemoryPump({
    controllerId,
    fuellingPoints: [{ fuellingPoint: 1, nozzles: [{ nozzle: 1, unitPriceFenPerLitre: 789 }] }],
  })

function poll(driver: PumpDriver, pollEveryMs = 5) {
  const seen: FuellingPointReading[] = []
  const lost: string[] = []
  const counts: string[] = []
  const poller = createPoller({
    driver,
    pollEveryMs,
    timeoutMs: 50,
    now: () => new Date(),
    random: () => 0,
    log: pino({ level: 'silent' }),
    count: (name) => counts.push(name),
    onReadings: (readings) => seen.push(...readings),
    onLost: (fault) => lost.push(fault),
    onChange: () => undefined,
  })
  pollers.push(poller)
  return { poller, seen, lost, counts }
}
const pollers: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const poller of pollers.splice(0)) await poller.close()
})

describe('a poller', () => {
  test('reads again and again, and says the pump is there', async () => {
    const { poller, seen } = poll(pump())
    await until(() => seen.length >= 3)
    expect(poller.state()).toMatchObject({ online: true, lastFault: null })
  })

  test('a pump that answers no more is lost once, and found again', async () => {
    const driver = pump()
    const { poller, seen, lost, counts } = poll(driver)
    await until(() => seen.length > 0)
    driver.cutLine()
    await until(() => counts.length > pollerLimits.lostAfterFailures)
    expect(lost).toHaveLength(1)
    expect(poller.state()).toMatchObject({
      online: false,
      lastFault: expect.stringContaining('timeout'),
    })
    expect(new Set(counts)).toEqual(new Set(['pump_device_timeout']))
    driver.mendLine()
    await until(() => poller.state().online)
  })

  test('one pump that hangs keeps no other from being read', async () => {
    const dead: PumpDriver = {
      ...pump('pump-b'),
      read: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () =>
            reject(new DeviceError('device_timeout', 'pump-b', 'closed')),
          )
        }),
    }
    const hanging = poll(dead)
    const { seen } = poll(pump())
    await until(() => seen.length >= 5)
    expect(hanging.seen).toEqual([])
  })

  test('a read slower than the pace makes beats be skipped and counted, never doubled', async () => {
    let running = 0
    let most = 0
    const driver = pump()
    const slow: PumpDriver = {
      ...driver,
      async read(call) {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 15))
        running -= 1
        return driver.read(call)
      },
    }
    const { counts, seen } = poll(slow, 5)
    await until(() => seen.length >= 3)
    expect(most).toBe(1)
    expect(counts).toContain('poll_overrun')
  })
})
