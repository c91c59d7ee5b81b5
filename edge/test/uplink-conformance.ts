import { randomUUID, randomUUIDv7 } from 'node:crypto'
import type { AuthorisationAnswer, Settlement, StationEvent, Uplink } from '@forecourt/contracts'
import { Fen, FenPerLitre, UplinkError } from '@forecourt/contracts'
import { afterEach, describe, expect, test } from 'vitest'
import { at, refuelId, sale } from './visit.ts'

/** A small real cloud on the other side of the wire, which keeps what it took by event id. */
export type UplinkPeer = {
  readonly uplink: Uplink
  /** Event ids in the order they were first taken. */
  taken(): readonly string[]
  /** The next batches are taken, and their receipts lost, so many times. */
  loseReceipts(times: number): void
  /** This event will be rejected. */
  reject(eventId: string): void
  answer(answer: Omit<AuthorisationAnswer, 'requestId'>): void
  settle(settlement: Settlement): void
  /** From now on every call is refused as another gateway's. */
  refuse(): void
  /** Nobody answers until it is started again. */
  stop(): Promise<void>
  close(): Promise<void>
}

export const event = (n: number): StationEvent => ({
  eventId: randomUUIDv7(),
  stationId: 'demo-1',
  edgeId: randomUUID(),
  occurredAt: at,
  seq: n,
  type: 'refuel.completed.v1',
  fuellingPoint: 1,
  refuelId: refuelId(n),
  sale: sale(n),
  identity: { plates: [], vehicles: [] },
  authorisationId: null,
  origin: 'witnessed',
  totaliserBeforeMl: null,
})

export const settlement = (cursor: number): Settlement => ({
  cursor,
  stationId: 'demo-1',
  refuelId: refuelId(cursor),
  saleId: sale(cursor).saleId,
  ending: 'charged',
  reason: null,
  amountFen: Fen.parse(15_780),
  receiptNumber: `R-${cursor}`,
  memberName: '王**',
  vehicleIds: [],
  decidedAt: at,
})

/** What every uplink promises, whatever it travels on. */
export function describeUplink(name: string, open: () => Promise<UplinkPeer>): void {
  const call = (timeoutMs = 3_000) => ({ timeoutMs, signal: new AbortController().signal })
  const open_: UplinkPeer[] = []
  const start = async () => {
    const peer = await open()
    open_.push(peer)
    return peer
  }
  const question = {
    requestId: randomUUIDv7(),
    stationId: 'demo-1',
    edgeId: randomUUID(),
    refuelId: refuelId(1),
    fuellingPoint: 1,
    nozzle: 1,
    grade: '92',
    unitPriceFenPerLitre: FenPerLitre.parse(789),
    identity: { plates: [], vehicles: [] },
  }

  describe(`uplink over ${name}`, () => {
    afterEach(async () => {
      for (const peer of open_.splice(0)) await peer.close()
    })

    test('events arrive in order and every one has its receipt', async () => {
      const { uplink, taken } = await start()
      const events = [event(1), event(2), event(3)]
      const receipts = await uplink.send(events, call())
      expect(taken()).toEqual(events.map((one) => one.eventId))
      expect(receipts.map((one) => [one.eventId, one.status])).toEqual(
        events.map((one) => [one.eventId, 'committed']),
      )
    })

    test('an event sent again is known by its id', async () => {
      const { uplink, taken, loseReceipts } = await start()
      const one = event(1)
      loseReceipts(1)
      await uplink.send([one], call(700)).catch(() => [])
      let receipts = await uplink.send([one], call(700)).catch(() => [])
      for (let i = 0; i < 4 && receipts.length === 0; i++) {
        receipts = await uplink.send([one], call(700)).catch(() => [])
      }
      expect(receipts).toMatchObject([{ eventId: one.eventId, status: 'duplicate' }])
      expect(taken()).toEqual([one.eventId])
    })

    test('a rejected event is told as rejected, and the others are taken', async () => {
      const { uplink, reject } = await start()
      const [good, bad] = [event(1), event(2)]
      reject(bad.eventId)
      const receipts = await uplink.send([good, bad], call())
      expect(receipts.map((one) => one.status).sort()).toEqual(['committed', 'rejected'])
    })

    test('a question is answered', async () => {
      const { uplink, answer } = await start()
      const allowed = {
        decision: 'allowed',
        reason: null,
        authorisationId: 'a-1',
        limitFen: Fen.parse(20_000),
        memberName: '王**',
      } as const
      answer(allowed)
      expect(await uplink.authorise(question, call())).toEqual({
        requestId: question.requestId,
        ...allowed,
      })
    })

    test('settlements come after the cursor, in order, and none is an empty list', async () => {
      const { uplink, settle } = await start()
      expect(await uplink.settlements({ after: 0, waitMs: 0 }, call())).toEqual([])
      settle(settlement(1))
      settle(settlement(2))
      const all = await uplink.settlements({ after: 0, waitMs: 0 }, call())
      expect(all.map((one) => one.cursor)).toEqual([1, 2])
      const rest = await uplink.settlements({ after: 1, waitMs: 0 }, call())
      expect(rest).toEqual([settlement(2)])
    })

    test('a cloud that refuses this gateway is told apart from one that is away', async () => {
      const { uplink, refuse, stop } = await start()
      refuse()
      const refused = await uplink.settlements({ after: 0, waitMs: 0 }, call()).catch((e) => e)
      expect(refused).toBeInstanceOf(UplinkError)
      expect(refused).toMatchObject({ code: 'uplink_refused' })
      const unsent = await uplink.send([event(1)], call()).catch((e) => e)
      expect(unsent).toMatchObject({ code: 'uplink_refused' })
      expect(unsent.message).toContain('station_in_use')
      await stop()
      const away = await uplink.send([event(1)], call(500)).catch((e) => e)
      expect(away).toMatchObject({ code: 'uplink_down' })
      const unanswered = await uplink.authorise(question, call(500)).catch((e) => e)
      expect(unanswered).toMatchObject({ code: 'uplink_down' })
    })

    test('a call given up by its caller ends', async () => {
      const { uplink, stop } = await start()
      await stop()
      const signal = AbortSignal.abort()
      const error = await uplink.send([event(1)], { timeoutMs: 60_000, signal }).catch((e) => e)
      expect(error).toBeInstanceOf(UplinkError)
    })

    test('closing twice is closing once', async () => {
      const { uplink } = await start()
      await uplink.close()
      await uplink.close()
    })
  })
}

/** The peer's memory: what any cloud does with events, whatever wire they came on. */
export function createPeerMemory() {
  const ids: string[] = []
  const bad = new Set<string>()
  const settlements: Settlement[] = []
  return {
    ids,
    bad,
    settlements,
    take(sent: readonly StationEvent[]) {
      return sent.map(({ eventId }) => {
        if (bad.has(eventId)) return { eventId, status: 'rejected', reason: 'told to' } as const
        const isKnown = ids.includes(eventId)
        if (!isKnown) ids.push(eventId)
        return { eventId, status: isKnown ? 'duplicate' : 'committed', reason: null } as const
      })
    },
    after: (cursor: number) => settlements.filter((one) => one.cursor > cursor),
  }
}
