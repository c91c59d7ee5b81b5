import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ZodType } from 'zod'
import { ProblemError } from './problem-error.ts'

/** A sub-app whose inputs are checked before its handlers run; what is wrong is listed field by field. */
export function createRouter(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return
      const errors = result.error.issues.map((issue) => ({
        field: [result.target, ...issue.path].join('.'),
        message: issue.message,
      }))
      const summary = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
      throw new ProblemError('invalid_request', summary, errors)
    },
  })
}

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** An answer's entry in the OpenAPI document. */
export function jsonBody<Schema extends ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** A request's JSON body; required, so that a missing one is an error and not an empty object. */
export function jsonRequest<Schema extends ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** An error's entry in the OpenAPI document. */
export function problemBody(description: string) {
  return { description, content: { 'application/problem+json': { schema: Problem } } }
}

export const adminOnly = [{ adminToken: [] }]
export const stationOnly = [{ stationToken: [] }]
