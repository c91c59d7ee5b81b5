import { expect, test } from 'vitest'
import { callersFolder } from '../src/callers-folder.ts'

test('the caller stood where npm says, but only for the script that npm ran', () => {
  const env = { npm_lifecycle_event: 'plates', INIT_CWD: '/tmp/x' }
  expect(callersFolder('plates', env)).toBe('/tmp/x')
  expect(callersFolder('visits', env)).toBeNull()
  expect(callersFolder('plates', { INIT_CWD: '/tmp/x' })).toBeNull()
  expect(callersFolder('plates', { npm_lifecycle_event: 'plates' })).toBeNull()
})
