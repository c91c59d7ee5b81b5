import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { whyNotOpened } from '../src/db/full-disk.ts'

/** What PGlite throws when its disk is full: not an Error, and without a message. */
const errnoError = { name: 'ErrnoError', errno: 51 }

test('a full disk is named, with what is free, what is needed and the fix', async () => {
  // Nothing can be written to /proc: its file system tells that no block is free.
  const { message, cause } = await whyNotOpened('/proc', errnoError)
  expect(message).toBe(
    'the embedded database was not opened: 0 MiB are free on the disk of /proc, ' +
      'it needs 64 MiB: free some, or set another CLOUD_DATA',
  )
  expect(cause).toBe(errnoError)
})

test('an error without a message still tells the folder and its number', async () => {
  const { message } = await whyNotOpened(tmpdir(), errnoError)
  expect(message).toContain(tmpdir())
  expect(message).toContain('"errno":51')
})

test('any other error stays what it is', async () => {
  const error = new Error('migration 3 has changed since it was applied')
  expect(await whyNotOpened(tmpdir(), error)).toBe(error)
})

test('a folder that cannot be asked for its disk does not hide the error', async () => {
  const error = new Error('no such folder')
  expect(await whyNotOpened('/nowhere/at/all', error)).toBe(error)
})
