import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWaitingLine } from '../src/waiting-line.ts'

/** Work that ends when the test says so. */
function openWork() {
  const begun: number[] = []
  const finish = new Map<number, (value: number) => void>()
  const fail = new Map<number, (error: Error) => void>()
  const workOf = (id: number) => () => {
    begun.push(id)
    return new Promise<number>((resolve, reject) => {
      finish.set(id, resolve)
      fail.set(id, reject)
    })
  }
  return { begun, finish, fail, workOf }
}

const never = new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('the line before the networks', () => {
  test('drops the oldest that waits, counts it, and reads the newest', async () => {
    const line = createWaitingLine<number>({ waitingMax: 2 })
    const { begun, finish, workOf } = openWork()
    const calls = [1, 2, 3, 4].map((id) => line.join(workOf(id), never))
    await expect(calls[1]).rejects.toMatchObject({ code: 'reader_overloaded' })
    for (const id of [1, 3, 4]) {
      finish.get(id)?.(id)
      await settle()
    }
    expect(begun).toEqual([1, 3, 4])
    expect(line.stats()).toEqual({ read: 3, dropped: 1 })
  })

  test('a failure is its own caller’s, and the next one has its turn', async () => {
    const line = createWaitingLine<number>({ waitingMax: 2 })
    const { fail, finish, workOf } = openWork()
    const [first, second] = [1, 2].map((id) => line.join(workOf(id), never))
    fail.get(1)?.(new Error('broken'))
    await expect(first).rejects.toThrow('broken')
    finish.get(2)?.(2)
    expect(await second).toBe(2)
    expect(line.stats()).toEqual({ read: 1, dropped: 0 })
  })

  test('an aborted call leaves the line, so that it drops nobody', async () => {
    const line = createWaitingLine<number>({ waitingMax: 1 })
    const { begun, finish, workOf } = openWork()
    const controller = new AbortController()
    const first = line.join(workOf(1), never)
    const second = line.join(workOf(2), controller.signal)
    controller.abort(new Error('the car left'))
    await expect(second).rejects.toThrow('the car left')
    const third = line.join(workOf(3), never)
    finish.get(1)?.(1)
    await first
    await settle()
    finish.get(3)?.(3)
    expect(await third).toBe(3)
    expect(begun).toEqual([1, 3])
    expect(line.stats().dropped).toBe(0)
  })

  test('closing lets the work under way end, and refuses the rest', async () => {
    const line = createWaitingLine<number>({ waitingMax: 2 })
    const { finish, workOf } = openWork()
    const [first, second] = [1, 2].map((id) => line.join(workOf(id), never))
    const closing = line.close()
    await expect(second).rejects.toThrow('closed')
    await expect(line.join(workOf(3), never)).rejects.toThrow('closed')
    finish.get(1)?.(1)
    await closing
    expect(await first).toBe(1)
  })

  test('never holds more than may wait, and every call is answered once', async () => {
    const shapes = fc.record({
      waitingMax: fc.integer({ min: 0, max: 4 }),
      calls: fc.integer({ min: 1, max: 12 }),
    })
    await fc.assert(
      fc.asyncProperty(shapes, async ({ waitingMax, calls }) => {
        const line = createWaitingLine<number>({ waitingMax })
        const all = Array.from({ length: calls }, (_, id) => line.join(async () => id, never))
        const ends = await Promise.allSettled(all)
        const read = ends.filter((end) => end.status === 'fulfilled').length
        expect(read).toBe(Math.min(calls, waitingMax + 1))
        expect(line.stats()).toEqual({ read, dropped: calls - read })
        expect(ends.at(-1)?.status).toBe(waitingMax > 0 || calls === 1 ? 'fulfilled' : 'rejected')
      }),
    )
  })
})
