import { randomUUID } from 'node:crypto'
import { Fen } from '@forecourt/contracts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ChargeRequest, PaymentGateway } from '../src/payments/gateway.ts'

/** `stalls` is charged, but the provider does not say so in time. */
export type Payer = 'pays' | 'refuses' | 'stalls'

export type GatewayFixture = {
  readonly gateway: PaymentGateway
  /** Who is asked: the request's `memberId` and `contractId`. */
  payer(kind: Payer): Promise<Pick<ChargeRequest, 'memberId' | 'contractId'>>
  /** What the provider's own books say was taken under a key: every single time. */
  takenFen(idempotencyKey: string): Promise<readonly number[]>
  /** Ends a stall, where the provider needs to be told. */
  release(): void
  close(): Promise<void>
}

/** The promises of `PaymentGateway`, kept by every implementation: call it from the gateway's test. */
export function describePaymentGateway(name: string, open: () => Promise<GatewayFixture>) {
  describe(`${name} as a PaymentGateway`, () => {
    let fixture: GatewayFixture
    beforeAll(async () => {
      fixture = await open()
    })
    afterAll(() => fixture.close())

    const call = () => ({ timeoutMs: 10_000, signal: new AbortController().signal })
    const charge = (request: ChargeRequest) => fixture.gateway.charge(request, call())
    const query = (request: ChargeRequest) => fixture.gateway.query(request, call())
    const ask = async (kind: Payer, amountFen = 31_560): Promise<ChargeRequest> => ({
      ...(await fixture.payer(kind)),
      idempotencyKey: randomUUID(),
      amountFen: Fen.parse(amountFen),
      stationId: 'demo-1',
      description: '92 号 40.00 升',
    })

    test('a charge is paid, taken once and found again', async () => {
      const request = await ask('pays')
      const outcome = await charge(request)
      expect(outcome).toEqual({ kind: 'paid', providerRef: expect.any(String) })
      expect(await query(request)).toEqual(outcome)
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([31_560])
    })

    test('a charge that cannot be paid is refused and nothing is taken', async () => {
      const request = await ask('refuses')
      expect((await charge(request)).kind).toBe('refused')
      expect((await query(request)).kind).not.toBe('paid')
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([])
    })

    test('the same key twice is charged once, and answered alike', async () => {
      const request = await ask('pays')
      const first = await charge(request)
      expect(await charge(request)).toEqual(first)
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([31_560])
    })

    test('twenty charges at once under one key are charged once', async () => {
      const request = await ask('pays', 4_711)
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => charge(request)))
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
      expect(outcomes[0]?.kind).toBe('paid')
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([4_711])
    })

    test('another amount under the same key is no second charge and no success', async () => {
      const request = await ask('pays', 100)
      await charge(request)
      const other = { ...request, amountFen: Fen.parse(200) }
      expect((await charge(other)).kind).toBe('unknown')
      expect((await query(other)).kind).toBe('unknown')
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([100])
    })

    test('a charge the provider never received is absent', async () => {
      expect(await query(await ask('pays'))).toEqual({ kind: 'absent' })
    })

    test('a charge nobody answered in time is unknown, and later found paid', async () => {
      const request = await ask('stalls', 900)
      const signal = new AbortController().signal
      const outcome = await fixture.gateway.charge(request, { timeoutMs: 300, signal })
      expect(outcome.kind).toBe('unknown')
      fixture.release()
      await vi.waitFor(async () => expect((await query(request)).kind).toBe('paid'), 10_000)
      expect(await fixture.takenFen(request.idempotencyKey)).toEqual([900])
    })

    test('a caller that has given up gets unknown, not an error', async () => {
      const request = await ask('pays')
      const given = { timeoutMs: 1_000, signal: AbortSignal.abort() }
      expect((await fixture.gateway.charge(request, given)).kind).toBe('unknown')
      expect((await fixture.gateway.query(request, given)).kind).toBe('unknown')
    })
  })
}
