import { UplinkError } from '@forecourt/contracts'
import { z } from 'zod'

/** The part of an RFC 9457 problem that tells a gateway what to do. `type` is a stable code. */
const Problem = z.object({ type: z.string().max(200), detail: z.string().max(2000).optional() })

/**
 * Reads a cloud's answer that must have a given shape.
 *
 * @throws {UplinkError} `uplink_refused` when it is a problem document instead, `uplink_garbled`
 *   when it is neither.
 */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const problem = Problem.safeParse(answer)
  if (problem.success) throw toRefusal(problem.data)
  throw new UplinkError('uplink_garbled', z.prettifyError(parsed.error), { cause: parsed.error })
}

/** The refusal a text may hold, for answers that already say so by their status. */
export function refusalIn(status: number, text: string): UplinkError {
  try {
    const problem = Problem.safeParse(JSON.parse(text))
    if (problem.success) return toRefusal(problem.data)
  } catch {
    // Not JSON: some proxy answered, and the status is all there is to say.
  }
  return new UplinkError('uplink_refused', `status ${status}`)
}

/** Codes that only ask us to come again. */
const passing: readonly string[] = ['overloaded', 'internal']

/** What a code of the cloud means for a gateway: come again, or a person must act. */
export function toRefusal(problem: z.infer<typeof Problem>): UplinkError {
  if (passing.includes(problem.type)) return new UplinkError('uplink_down', problem.type)
  return new UplinkError('uplink_refused', `${problem.type}: ${problem.detail ?? 'no detail'}`)
}
