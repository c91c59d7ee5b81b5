import { createHash } from 'node:crypto'
import { Fen, toYuanText } from '@forecourt/contracts'
import type { ChargeRequest } from './gateway.ts'

/** That a member is to pay the controller's amount for one sale. */
export type ChargeIntent = {
  readonly intentId: string
  readonly stationId: string
  readonly saleId: string
  readonly refuelId: string
  readonly memberId: string
  /** Masked. */
  readonly memberName: string
  /** The member's connected cars, which get the receipt. */
  readonly vehicleIds: readonly string[]
  readonly gateway: string
  readonly contractId: string | null
  readonly amountFen: number
  readonly fuellingPoint: number
  readonly grade: string
  readonly volumeMl: number
  readonly unitPriceFenPerLitre: number
  readonly endedAt: Date
}

/**
 * The one intent a sale can have, as a UUIDv8 (RFC 9562, section 5.8) made of the sale's identity.
 * Not random: a cloud restored from an old backup hears the sale again and asks the provider
 * under the same idempotency key, so even then nobody pays twice.
 */
export function intentIdOf(sale: { readonly stationId: string; readonly saleId: string }): string {
  const digest = createHash('sha256')
    .update(`forecourt-charge-intent/1\n${sale.stationId}\n${sale.saleId}`)
    .digest('hex')
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-')
}

export function toChargeRequest(intent: ChargeIntent): ChargeRequest {
  const litres = toYuanText(Math.round(intent.volumeMl / 10))
  return {
    idempotencyKey: intent.intentId,
    memberId: intent.memberId,
    contractId: intent.contractId,
    amountFen: Fen.parse(intent.amountFen),
    stationId: intent.stationId,
    description: `Fuel ${intent.grade} ${litres} L, ${intent.stationId}/${intent.fuellingPoint}`,
  }
}
