import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyPorts, createBox, fourPoints, type MemberCard, type OwnBox } from '../src/box/index.ts'
import { judge, type RecordedRefuel, saleIdsOf } from '../src/judge/index.ts'
import { randomMembers } from '../src/scenarios/member-cards.ts'
import { createRandom } from '../src/scenarios/random.ts'
import { createForecourt, type Forecourt } from '../src/world/forecourt.ts'
import { contractsOf, gatherAudit } from '../src/world/gather-audit.ts'
import { isDecided, openRefuelBook, type RefuelBook } from '../src/world/refuel-book.ts'
import { visit } from '../src/world/visit.ts'

const log = pino({ level: 'silent' })
const timeScale = 12
const members = randomMembers(createRandom(41), { count: 8, prefix: 'fault' })
/** Far beyond what any of these takes: a busy machine is no failure. */
const patience = { timeout: 60_000, interval: 100 }

describe('a whole station, with the real gateway and cloud as processes', () => {
  let box: OwnBox
  let forecourt: Forecourt
  let book: RefuelBook
  const folder = mkdtempSync(join(tmpdir(), 'forecourt-scenario-'))

  beforeAll(async () => {
    box = await createBox({
      dataDirectory: folder,
      stationId: 'fault-1',
      ports: anyPorts,
      points: fourPoints,
      members,
      timeScale,
      seed: 3,
      uplink: 'http',
      databaseUrl: null,
      natsUrl: null,
      readEveryMs: 300,
      log,
      onUnexpectedEnd: (name, how) => {
        throw new Error(`${name} ended by itself: ${how}`)
      },
    })
    forecourt = createForecourt({ box, timeScale, log })
    book = await openRefuelBook(box)
  }, 90_000)

  afterAll(async () => {
    await forecourt.close()
    await box.close()
    rmSync(folder, { recursive: true, force: true })
  }, 30_000)

  const memberAt = (index: number): MemberCard => {
    const member = members[index]
    if (member === undefined) throw new Error(`no member ${index}`)
    return member
  }
  const guest = (member: MemberCard | null, fuellingPoint: number) => {
    const plate = member?.plate ?? '京A98765'
    return {
      ...{ fuellingPoint, member, plate, levelMl: 9_000, tankCapacityMl: 60_000 },
      connected: member === null ? ('no' as const) : ('yes' as const),
      view: { kind: 'plate' as const, plate },
    }
  }
  const fill = (member: MemberCard | null, fuellingPoint: number) => {
    const plan = { ...guest(member, fuellingPoint), nozzle: 1, targetMl: 24_000 }
    const signal = AbortSignal.timeout(60_000)
    return visit({ box, forecourt }, plan, { onStep: () => undefined, signal })
  }
  const recordAt = (fuellingPoint: number): RecordedRefuel | null => {
    const last = forecourt.witnessed().findLast((one) => one.fuellingPoint === fuellingPoint)
    const saleIds = last === undefined ? [] : saleIdsOf(last)
    return book.records().find((record) => saleIds.includes(record.saleId)) ?? null
  }
  const decided = async (fuellingPoint: number): Promise<RecordedRefuel | null> => {
    await expect
      .poll(async () => {
        await book.refresh()
        const record = recordAt(fuellingPoint)
        return record !== null && isDecided(record)
      }, patience)
      .toBe(true)
    forecourt.driveOff(fuellingPoint)
    return recordAt(fuellingPoint)
  }
  const verdict = async () => {
    const audit = await gatherAudit({ box, book, contracts: contractsOf(members) })
    return judge({ deliveries: forecourt.witnessed(), refuels: book.records(), audit })
  }

  test('a member drives off charged, with the pump’s own figures', async () => {
    await fill(memberAt(0), 1)
    const record = await decided(1)
    expect(record).toMatchObject({ ending: 'charged', memberId: memberAt(0).memberId, charges: 1 })
    expect((await verdict()).findings).toEqual([])
  }, 90_000)

  test('a locked pump is released for a member, by the plate alone', async () => {
    await fill(memberAt(1), 2)
    expect(await decided(2)).toMatchObject({ ending: 'charged', memberId: memberAt(1).memberId })
  }, 90_000)

  test('a locked pump stays locked for a stranger, and the visit is cancelled', async () => {
    const stepsAt = async (fuellingPoint: number) => {
      const { steps } = await box.edgeApi.station()
      return steps.filter((step) => step.fuellingPoint === fuellingPoint).map(({ code }) => code)
    }
    await forecourt.send(guest(null, 2))
    forecourt.park(2)
    forecourt.lift(2, 1)
    forecourt.squeeze(2, 24_000)
    await expect.poll(() => stepsAt(2), patience).toContain('denied')
    expect(box.pumps.figures(2)).toMatchObject({ volumeMl: 0, state: 'calling' })
    forecourt.hangUp(2)
    await expect.poll(() => stepsAt(2), patience).toContain('cancelled')
    forecourt.driveOff(2)
  }, 90_000)

  test('a stranger’s fuel is to be paid at the kiosk, and nobody is charged for it', async () => {
    await fill(null, 3)
    expect(await decided(3)).toMatchObject({
      ending: 'payable',
      reason: 'plate_unknown',
      charges: 0,
    })
  }, 90_000)

  test('a refuel made while the line is cut is charged once the line is back', async () => {
    box.proxy.setMode('cut')
    await fill(memberAt(2), 3)
    await sleep(500)
    await book.refresh()
    expect(recordAt(3)).toBeNull()
    box.proxy.setMode('pass')
    expect(await decided(3)).toMatchObject({ ending: 'charged', charges: 1 })
  }, 90_000)

  test('a sale whose receipt was lost on the way is sent again and charged once', async () => {
    box.proxy.setMode('hold_answers')
    await fill(memberAt(3), 1)
    await expect
      .poll(async () => {
        await book.refresh()
        return recordAt(1)
      }, patience)
      .not.toBeNull()
    box.proxy.setMode('cut')
    box.proxy.setMode('pass')
    expect(await decided(1)).toMatchObject({ ending: 'charged', charges: 1 })
    expect((await verdict()).findings).toEqual([])
  }, 90_000)

  test('a gateway killed while fuel flows still brings every litre to the record', async () => {
    const member = memberAt(4)
    const filling = fill(member, 4)
    await expect.poll(() => box.pumps.figures(4).volumeMl, patience).toBeGreaterThan(3_000)
    await box.edge.kill('SIGKILL')
    await filling
    await box.edge.restart()
    const record = await decided(4)
    expect(['charged', 'recovered', 'payable']).toContain(record?.ending)
    expect((await verdict()).findings).toEqual([])
  }, 90_000)

  test('a provider that takes the money and never answers has charged once in the end', async () => {
    const member = memberAt(5)
    if (member.payment.kind !== 'sandbox') throw new Error('this member must pay by the sandbox')
    await box.sandboxApi.setBehaviour(member.payment.contractId, 'times_out')
    await fill(member, 1)
    expect(await decided(1)).toMatchObject({ ending: 'charged', charges: 1 })
  }, 90_000)

  test('a provider that refuses leaves the refuel to the kiosk', async () => {
    const member = memberAt(7)
    if (member.payment.kind !== 'sandbox') throw new Error('this member must pay by the sandbox')
    await box.sandboxApi.setBehaviour(member.payment.contractId, 'refuses')
    await fill(member, 3)
    expect(await decided(3)).toMatchObject({
      ending: 'payable',
      reason: 'provider_refused',
      charges: 0,
    })
  }, 90_000)

  test('and over all of it the three promises were kept', async () => {
    const { findings, refuels } = await verdict()
    expect(findings).toEqual([])
    expect(refuels).toBe(8)
  })
})
