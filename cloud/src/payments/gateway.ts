import type { Fen } from '@forecourt/contracts'

/** One charge, as every provider can understand it. */
export type ChargeRequest = {
  /** The charge intent's id. Asked again with it, a provider must not take money again. */
  readonly idempotencyKey: string
  readonly memberId: string
  /** The member's contract with the provider; null where the provider needs none. */
  readonly contractId: string | null
  readonly amountFen: Fen
  readonly stationId: string
  /** What the member reads on the provider's statement. */
  readonly description: string
}

/** What a provider says of a charge. `unknown` means that money may or may not have moved. */
export type ChargeOutcome =
  | { readonly kind: 'paid'; readonly providerRef: string }
  | { readonly kind: 'refused'; readonly reason: 'insufficient_funds' | 'provider_refused' }
  | { readonly kind: 'unknown'; readonly detail: string }

export type GatewayCall = { readonly timeoutMs: number; readonly signal: AbortSignal }

/**
 * A way to take a member's money. Implementations: stored value and the sandbox provider, in
 * `gateways/`; both pass `describePaymentGateway` there.
 */
export type PaymentGateway = {
  /** Of one that collects for us at most 20 of a-z and `-`: what it owes stands in accounts of its name. */
  readonly name: string
  /** Takes the money. The same key never charges twice. Resolves also on a timeout: `unknown`. */
  charge(request: ChargeRequest, call: GatewayCall): Promise<ChargeOutcome>
  /**
   * What became of a charge. `absent`: the provider never saw it, so charging again with the
   * SAME key is safe.
   */
  query(
    request: ChargeRequest,
    call: GatewayCall,
  ): Promise<ChargeOutcome | { readonly kind: 'absent' }>
}
