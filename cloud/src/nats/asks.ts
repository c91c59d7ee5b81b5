import { AuthorisationRequest, inboxes, SettlementQuery, subjects } from '@forecourt/contracts'
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Authorise } from '../authorisations/index.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { SettlementPoll } from '../settlements/index.ts'
import { messageBytesMax, takeFitting } from './fit.ts'

/** Questions under way at once; one more is refused, and the station asks again. */
const asksMax = 10_000

type AskDeps = {
  readonly connection: NatsConnection
  readonly authorise: Authorise
  readonly poll: SettlementPoll
  readonly stopping: AbortSignal
  readonly log: Logger
}

/** Answers stations' questions. The queue group lets any number of cloud processes share them. */
export function answerAsks(deps: AskDeps): Subscription {
  let asks = 0
  return deps.connection.subscribe(subjects.asksOfAll, {
    queue: 'cloud',
    callback: (error, message) => {
      if (error !== null) {
        deps.log.error({ err: error }, 'questions not heard')
        return
      }
      if (message.reply?.startsWith(`${inboxes}.`) !== true) {
        // We may publish anywhere, a station may not: it must not make us speak for it.
        deps.log.warn({ subject: message.subject, reply: message.reply }, 'reply subject refused')
        return
      }
      if (asks >= asksMax) {
        respond(message, refusal('overloaded', 'too many questions at once'))
        return
      }
      asks++
      void answer(deps, message).finally(() => {
        asks--
      })
    },
  })
}

async function answer(deps: AskDeps, message: Msg): Promise<void> {
  try {
    respond(message, await toAnswer(deps, message))
  } catch (error) {
    if (error instanceof ProblemError) respond(message, refusal(error.code, error.message))
    else if (error instanceof z.ZodError || error instanceof SyntaxError) {
      respond(message, refusal('invalid_request', error.message.slice(0, 500)))
    } else {
      // No reply: the station's call runs out, and it asks again.
      deps.log.error({ err: error, subject: message.subject }, 'question not answered')
    }
  }
}

async function toAnswer(deps: AskDeps, message: Msg): Promise<unknown> {
  const [, , stationId = '', question = ''] = message.subject.split('.')
  if (question === 'settlements') {
    const query = SettlementQuery.parse(message.json())
    const settlements = await deps.poll({ stationId, ...query }, deps.stopping)
    return { settlements: takeFitting(settlements, messageBytesMax(deps.connection)) }
  }
  if (question !== 'authorise') {
    throw new ProblemError('not_found', `no question is called ${question}`)
  }
  const request = AuthorisationRequest.parse(message.json())
  if (request.stationId !== stationId) {
    throw new ProblemError('invalid_request', 'stationId: must be the station in the subject')
  }
  return await deps.authorise(request)
}

const refusal = (type: string, detail: string) => ({ type, detail })

function respond(message: Msg, body: unknown): void {
  message.respond(JSON.stringify(body))
}
