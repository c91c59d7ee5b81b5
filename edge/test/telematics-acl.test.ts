import { VehicleId, vehicleTopics } from '@forecourt/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mayPublish, maySubscribe } from '../src/telematics/acl.ts'

const vehicleId = fc.stringMatching(/^[A-Za-z0-9-]{3,36}$/)
const level = fc.oneof(
  vehicleId,
  fc.constantFrom(
    'forecourt',
    'v1',
    'vehicles',
    'telemetry',
    'receipt',
    '+',
    '#',
    '',
    '$SYS',
    '..',
  ),
)
/** Topics and filters that come close: own, another's, with wildcards, prefixes and levels too many. */
const topicNear = (id: string) =>
  fc.oneof(
    fc.constantFrom(
      vehicleTopics.telemetry(id),
      vehicleTopics.receipt(id),
      `${vehicleTopics.receipt(id)}/`,
      `/${vehicleTopics.receipt(id)}`,
      `${vehicleTopics.telemetry(id)}/#`,
      `forecourt/v1/vehicles/${id}/+`,
      'forecourt/v1/vehicles/+/receipt',
      'forecourt/v1/vehicles/#',
      '#',
    ),
    vehicleId.map(vehicleTopics.telemetry),
    vehicleId.map(vehicleTopics.receipt),
    fc.array(level, { maxLength: 7 }).map((levels) => levels.join('/')),
    fc.string({ maxLength: 40 }),
  )
const attempt = vehicleId.chain((id) => fc.tuple(fc.constant(id), topicNear(id)))

/** MQTT 3.1.1, section 4.7: `+` is any one level, a last `#` any number. Written for this test. */
function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/')
  const given = topic.split('/')
  const rest = wanted.indexOf('#')
  const fixed = rest === -1 ? wanted : wanted.slice(0, rest)
  const isLong = rest === -1 ? given.length === fixed.length : given.length >= fixed.length
  return isLong && fixed.every((each, index) => each === '+' || each === given[index])
}

describe('no car, whatever it asks for,', () => {
  test('publishes on any topic but its own telemetry', () => {
    fc.assert(
      fc.property(attempt, ([id, topic]) => {
        expect(mayPublish(id, topic)).toBe(topic === `forecourt/v1/vehicles/${id}/telemetry`)
      }),
      { numRuns: 2_000 },
    )
  })

  test('hears any topic but its own receipts', () => {
    fc.assert(
      fc.property(attempt, attempt, ([id, filter], [, topic]) => {
        fc.pre(maySubscribe(id, filter))
        const heard = [topic, filter, vehicleTopics.telemetry(id)].filter((each) =>
          matches(filter, each),
        )
        expect(new Set(heard)).toEqual(new Set([`forecourt/v1/vehicles/${id}/receipt`]))
      }),
    )
  })

  test('gets further by a name that is a wildcard, a path or nothing', () => {
    for (const id of ['+', '#', '', 'a/b', 'car-1/../car-2', '$SYS', 'x'.repeat(37)]) {
      expect(VehicleId.safeParse(id).success).toBe(false)
      expect(mayPublish(id, vehicleTopics.telemetry(id))).toBe(false)
      expect(maySubscribe(id, vehicleTopics.receipt(id))).toBe(false)
    }
  })
})

test('every car may do its two things', () => {
  fc.assert(
    fc.property(vehicleId, (id) => {
      expect(mayPublish(id, vehicleTopics.telemetry(id))).toBe(true)
      expect(maySubscribe(id, vehicleTopics.receipt(id))).toBe(true)
    }),
  )
})
