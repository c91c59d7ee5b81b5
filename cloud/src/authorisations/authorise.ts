import { randomUUID } from 'node:crypto'
import {
  type AuthorisationAnswer,
  type AuthorisationRequest,
  type EndingReason,
  Fen,
} from '@forecourt/contracts'
import type { Kysely } from 'kysely'
import { dayStartOf } from '../db/calendar.ts'
import type { Database } from '../db/schema.ts'
import { transact } from '../db/transact.ts'
import { ProblemError } from '../http/problem-error.ts'
import { balanceOf, walletOf } from '../ledger/index.ts'
import { identify, lockMember, type Member, maskName, toSpender } from '../members/index.ts'
import { sumChargesSince } from '../payments/index.ts'
import { assessMember, limitFor, type RiskLimits } from '../risk/index.ts'
import { bindEdge } from '../stations/index.ts'
import { findAnswer, insertAnswer, sumOpenLimits } from './authorisations.repo.ts'

export type Authorise = (request: AuthorisationRequest) => Promise<AuthorisationAnswer>

/** Less than this is not worth releasing a pump for: a preset needs a litre or so to be kept. */
const limitFenMin = 1_000

type Deps = {
  readonly db: Kysely<Database>
  readonly clock: () => Date
  readonly limits: RiskLimits
  readonly acceptConfidence: number
  /** Names of the gateways that are configured. */
  readonly gateways: ReadonlySet<string>
}

/**
 * Decides whether a pump may be released for a member, and up to what. The same request id gets
 * the same answer, whatever has changed since: the first answer may already have released it.
 *
 * @throws {ProblemError} `request_conflict` for another request under a known id;
 *   `station_in_use`; `station_unknown`.
 */
export function createAuthorise(deps: Deps): Authorise {
  return (request) =>
    transact(deps.db, async (trx) => {
      const now = deps.clock()
      await bindEdge(trx, { stationId: request.stationId, edgeIds: [request.edgeId], now })
      const before = await findAnswer(trx, request.requestId)
      if (before) {
        if (before.request === JSON.stringify(request)) return before.answer
        throw new ProblemError('request_conflict', 'requestId: already used for another request')
      }
      const decision = await decide(deps, trx, request, now)
      const answer = toAnswer(request, decision)
      const memberId = decision.member?.memberId ?? null
      await insertAnswer(trx, { request, answer, memberId, now })
      return answer
    })
}

type Decision = {
  readonly member: Member | null
  readonly reason: EndingReason | null
  readonly limitFen: number
}

async function decide(
  deps: Deps,
  trx: Kysely<Database>,
  request: AuthorisationRequest,
  now: Date,
): Promise<Decision> {
  const seen = { identity: request.identity, volumeMl: null }
  const identified = await identify(trx, seen, deps.acceptConfidence)
  if (identified.kind === 'nobody') return { member: null, reason: identified.reason, limitFen: 0 }
  const { member, vehicle } = identified
  await lockMember(trx, member.memberId)
  const dayStart = dayStartOf(now)
  const held = await sumOpenLimits(trx, {
    memberId: member.memberId,
    since: dayStart,
    exceptRefuelId: request.refuelId,
  })
  const spentTodayFen = (await sumChargesSince(trx, member.memberId, dayStart)) + held
  const spender = toSpender(member, vehicle, spentTodayFen, deps.gateways)
  const reason = assessMember(spender, request.grade)
  if (reason !== null) return { member, reason, limitFen: 0 }
  const riskFen = limitFor(spender, deps.limits)
  if (riskFen < limitFenMin) return { member, reason: 'risk_limit', limitFen: 0 }
  const fundsFen = await fundsOf(trx, member, held)
  if (fundsFen < limitFenMin) return { member, reason: 'insufficient_funds', limitFen: 0 }
  return { member, reason: null, limitFen: Math.min(riskFen, fundsFen) }
}

/** What a wallet holds beyond what other pumps were released for; a provider's limit is its own. */
async function fundsOf(trx: Kysely<Database>, member: Member, heldFen: number): Promise<number> {
  if (member.paymentMethod?.kind !== 'stored_value') return Number.POSITIVE_INFINITY
  return Number(await balanceOf(trx, walletOf(member.memberId))) - heldFen
}

function toAnswer(request: AuthorisationRequest, decision: Decision): AuthorisationAnswer {
  const { requestId } = request
  const { member, reason, limitFen } = decision
  const memberName = member === null ? null : maskName(member.displayName)
  if (reason !== null) {
    const none = { authorisationId: null, limitFen: null }
    return { requestId, decision: 'denied', reason, memberName, ...none }
  }
  const authorisationId = randomUUID()
  return {
    requestId,
    decision: 'allowed',
    reason: null,
    authorisationId,
    limitFen: Fen.parse(limitFen),
    memberName,
  }
}
