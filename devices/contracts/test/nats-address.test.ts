import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NatsUrl, toNatsAddress } from '../src/index.ts'

const word = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' })

test('a password with any characters comes out as it went in, and stays out of the address', () => {
  fc.assert(
    fc.property(word, word, (user, pass) => {
      const url = `nats://${encodeURIComponent(user)}:${encodeURIComponent(pass)}@nats:4333`
      expect(NatsUrl.safeParse(url).success).toBe(true)
      expect(toNatsAddress([url])).toEqual({ servers: ['nats:4333'], user, pass })
    }),
  )
})

test('without credentials there are none, and the port is the usual one', () => {
  expect(toNatsAddress(['nats://one', 'nats://[::1]:5000'])).toEqual({
    servers: ['one:4222', '[::1]:5000'],
  })
})

test('the first credentials and any tls count for all servers of a cluster', () => {
  expect(toNatsAddress(['nats://a', 'tls://u:p%25@b', 'nats://x:y@c'])).toEqual({
    servers: ['a:4222', 'b:4222', 'c:4222'],
    user: 'u',
    pass: 'p%',
    tls: {},
  })
  expect(toNatsAddress(['nats://u:50%@a'])).toMatchObject({ pass: '50%' })
})

test('half a pair of credentials, another scheme or no URL is refused', () => {
  for (const url of ['nats://only@a', 'nats://:only@a', 'http://a', 'nats', '']) {
    expect(NatsUrl.safeParse(url).success, url).toBe(false)
  }
  expect(JSON.stringify(NatsUrl.safeParse('nats://secret@a').error)).not.toContain('secret@')
})
