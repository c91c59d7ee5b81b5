/** Every code the API may answer with, and its HTTP status. Part of the API: add one, never rename one. */
export const problems = {
  malformed_json: 400,
  invalid_request: 400,
  unauthorised: 401,
  not_found: 404,
  station_unknown: 404,
  member_unknown: 404,
  vehicle_unknown: 404,
  refuel_unknown: 404,
  receipt_unknown: 404,
  account_unknown: 404,
  station_exists: 409,
  station_in_use: 409,
  member_exists: 409,
  vehicle_exists: 409,
  transfer_conflict: 409,
  request_conflict: 409,
  account_overdrawn: 409,
  vehicles_full: 409,
  body_too_large: 413,
  transfer_invalid: 400,
  notice_refused: 401,
  internal: 500,
} as const
export type ProblemCode = keyof typeof problems

/** A request that cannot be served, in words for whoever sent it. Becomes an RFC 9457 problem. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]

  constructor(code: ProblemCode, detail: string, errors: readonly FieldError[] = []) {
    super(detail)
    this.code = code
    this.errors = errors
  }
}

/** One field and what is wrong with it. */
export type FieldError = { readonly field: string; readonly message: string }
