import { Hono } from 'hono'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Database } from '../db/schema.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { Bell } from '../settlements/index.ts'
import type { Backoff } from './backoff.ts'
import { findIntent } from './charges.repo.ts'
import { outcomeOf, verifySandboxNotice } from './gateways/index.ts'
import { toChargeRequest } from './intent.ts'
import { type Recorded, recordOutcome } from './record-outcome.ts'

/** Under `/v1`. */
export const noticePath = '/payments/notify/sandbox'

/**
 * Where the sandbox provider tells what became of a charge. Answers 200 whenever the notice was
 * genuine, also when it says nothing new: the provider repeats it until then.
 */
export function noticeRoutes(deps: {
  readonly db: Kysely<Database>
  readonly key: string
  readonly bell: Bell
  readonly backoff: Backoff
  readonly clock: () => Date
  readonly onRecorded: (recorded: Recorded) => void
  readonly log: Logger
}) {
  return new Hono().post(noticePath, async (c) => {
    const url = new URL(c.req.url)
    const verdict = verifySandboxNotice({
      key: deps.key,
      headers: c.req.raw.headers,
      path: url.pathname + url.search,
      body: await c.req.text(),
      clock: () => deps.clock().getTime(),
    })
    if (verdict.kind === 'rejected') {
      throw new ProblemError('notice_refused', `The notice is not genuine: ${verdict.reason}.`)
    }
    const { outTradeNo } = verdict.notice
    const intent = await findIntent(deps.db, outTradeNo)
    const outcome = intent && outcomeOf(verdict.notice, toChargeRequest(intent))
    if (outcome === null || outcome.kind === 'unknown') {
      // Not a final word about a charge of ours: nothing follows, and a person may want to know.
      deps.log.warn({ outTradeNo, outcome }, 'notice without effect')
      return c.json({ received: true }, 200)
    }
    const recorded = await recordOutcome(deps.db, {
      intentId: outTradeNo,
      outcome,
      attempt: null,
      now: deps.clock(),
      backoff: deps.backoff,
    })
    deps.onRecorded(recorded)
    if (recorded.stationId !== null) deps.bell.ring(recorded.stationId)
    return c.json({ received: true }, 200)
  })
}
