import { z } from 'zod'

/** The body of a 400: every field that is wrong, and how. */
export const invalid = (error: z.ZodError) => ({
  code: 'invalid_request',
  message: z.prettifyError(error),
})
