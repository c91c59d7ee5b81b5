import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type PlateKind, plateKinds } from '../pass/plate-kinds.ts'
import { type Light, lights } from '../pass/weather.ts'

export const helpText = `Cars drive past a simulated camera, 30 frames each, and the plate reader votes on every visit.

  npm run visits -- [--visits N] [--seed N] [--json]

  --visits N     how many cars (default 10)
  --first N      the number of the first one (default 0): a visit's frames follow from seed and number
  --seed N       other cars, light and ways (default 7)
  --kinds A,B    only these plates: ${plateKinds.join(', ')}
  --light L      only this light: ${lights.join(', ')}
  --keep DIR     the frames of visits that were not right stay in DIR
  --draw DIR     only draws the frames into DIR; nothing is read
  --json         people's lines go to stderr; the last line on stdout is one JSON object

Exit code 0: exactly one plate was accepted in every visit, and it was the car's own.
`

const listOf = <T extends string>(known: readonly T[], what: string) =>
  z.string().transform((text, context): readonly T[] => {
    const names = text.split(',').map((name) => name.trim())
    const unknown = names.filter((name) => !known.some((each) => each === name))
    if (unknown.length > 0) {
      context.addIssue(`unknown ${what} ${unknown.join(', ')}; use ${known.join(', ')}`)
      return z.NEVER
    }
    return known.filter((each) => names.includes(each))
  })

const VisitsOptions = z.strictObject({
  visits: z.coerce.number().int().min(1).max(100_000).default(10),
  first: z.coerce.number().int().min(0).max(1_000_000).default(0),
  seed: z.coerce.number().int().min(0).max(0xffff_ffff).default(7),
  kinds: listOf<PlateKind>(plateKinds, 'kind').default([]),
  light: z.enum(lights).optional() satisfies z.ZodType<Light | undefined>,
  keep: z.string().min(1).optional(),
  draw: z.string().min(1).optional(),
  json: z.boolean().default(false),
})
export type VisitsOptions = z.infer<typeof VisitsOptions>

/** @throws {Error} that names every wrong flag. */
export function parseOptions(args: readonly string[]): VisitsOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      visits: { type: 'string' },
      first: { type: 'string' },
      seed: { type: 'string' },
      kinds: { type: 'string' },
      light: { type: 'string' },
      keep: { type: 'string' },
      draw: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const { help, ...given } = values
  if (help === true) return 'help'
  const parsed = VisitsOptions.safeParse(given)
  if (parsed.success) return parsed.data
  throw new Error(`${z.prettifyError(parsed.error)}\n(--help shows every flag)`)
}
