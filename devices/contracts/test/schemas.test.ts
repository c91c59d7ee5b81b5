import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { StationEvent } from '../src/index.ts'
import { exportSchemas } from '../src/schemas/export.ts'

const root = join(import.meta.dirname, '..')

test.each([...exportSchemas()])('%s on disk is what the source says', (name, text) => {
  expect(
    readFileSync(join(root, 'schemas', name), 'utf8'),
    'run `npm run schemas` and commit',
  ).toBe(text)
})

test('no schema on disk has lost its source', () => {
  const onDisk = globSync('*.json', { cwd: join(root, 'schemas') }).sort()
  expect(onDisk).toEqual([...exportSchemas().keys()].sort())
})

const examples = globSync('examples/*.json', { cwd: root }).map((path) => ({
  type: basename(path, '.json'),
  event: JSON.parse(readFileSync(join(root, path), 'utf8')) as unknown,
}))

test.each(examples)('the recorded $type still parses, word for word', ({ type, event }) => {
  const parsed = StationEvent.parse(event)
  expect(parsed).toEqual(event)
  expect(parsed.type).toBe(type)
})

test('every version of every event ever shipped has a recorded example', () => {
  const shipped = StationEvent.options.map((option) => option.shape.type.value)
  expect(examples.map((example) => example.type).sort()).toEqual([...shipped].sort())
})
