import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addMonths, dayStartOf, dayText, monthOf, monthStart } from '../src/db/calendar.ts'

const instant = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
})

describe('the calendar in +08:00', () => {
  test('the last hours of November in UTC are December here', () => {
    expect(monthOf(new Date('2026-11-30T15:59:59.999Z'))).toEqual({ year: 2026, month: 11 })
    expect(monthOf(new Date('2026-11-30T16:00:00.000Z'))).toEqual({ year: 2026, month: 12 })
    expect(dayText(new Date('2026-12-31T16:00:00Z'))).toBe('20270101')
  })

  test('a month begins where it says and ends where the next begins', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const month = monthOf(at)
        expect(monthStart(month) <= at).toBe(true)
        expect(at < monthStart(addMonths(month, 1))).toBe(true)
      }),
    )
  })

  test('going months ahead and back again leads home', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -500, max: 500 }), (at, count) => {
        expect(addMonths(addMonths(monthOf(at), count), -count)).toEqual(monthOf(at))
      }),
    )
  })

  test('a day is 24 hours and holds its instants', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const sinceMs = at.getTime() - dayStartOf(at).getTime()
        expect(sinceMs).toBeGreaterThanOrEqual(0)
        expect(sinceMs).toBeLessThan(86_400_000)
        expect(dayText(dayStartOf(at))).toBe(dayText(at))
      }),
    )
  })
})
