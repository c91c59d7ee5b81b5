import { parseArgs } from 'node:util'
import { normalisePlate, Plate } from '@forecourt/contracts'
import { z } from 'zod'

/** What a run refuels, and how. */
export const RefuelOptions = z
  .strictObject({
    refuels: z.coerce.number().int().min(1).max(10_000).default(1),
    photo: z.string().min(1).optional(),
    plate: z.string().transform(normalisePlate).pipe(Plate).optional(),
    photos: z.string().min(1).optional(),
    connected: z.boolean().default(false),
    uplink: z.enum(['http', 'nats']).default('http'),
    seed: z.coerce.number().int().min(0).max(0xffff_ffff).optional(),
    'time-scale': z.coerce.number().min(1).max(200).default(8),
    json: z.boolean().default(false),
    verbose: z.boolean().default(false),
  })
  .refine((options) => options.photo === undefined || options.photos === undefined, {
    message: 'give --photo or --photos, not both',
  })
  .refine((options) => options.plate === undefined || options.photo !== undefined, {
    message: '--plate says what stands on --photo; give both',
  })
export type RefuelOptions = z.infer<typeof RefuelOptions>

export const helpText = `Refuels end to end, headless: real gateway and cloud, simulated pumps, cameras and cars.

  npm run refuel -- [--refuels N] [--photo FILE [--plate TEXT]] [--photos DIR] [--json]

  --refuels N       how many refuels (default 1)
  --photo FILE      the camera shows this photograph; the plate on it becomes a member's
  --plate TEXT      what stands on --photo; without it the plate reader is asked
  --photos DIR      one refuel for each picture of DIR/labels.csv (columns file, plate)
  --connected       with --photos: the cars tell about themselves too; otherwise the
                    photograph alone decides
  --uplink http|nats  how the gateway reaches the cloud (default http)
  --seed N          the same cars and litres again (default: another every time)
  --time-scale X    fuel flows X times faster than real (1 to 200, default 8)
  --json            people's lines go to stderr; the last line on stdout is one JSON object
  --verbose         what the processes say, on stderr

DATABASE_URL and NATS_URL, when set, take the place of the embedded database and server.

Exit code 0: nothing lost, nothing charged twice, no wrong amount, no wrong member; and
without pictures of your own, every refuel charged.
`

/** @throws {Error} that names every wrong flag. */
export function parseOptions(args: readonly string[]): RefuelOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      refuels: { type: 'string' },
      photo: { type: 'string' },
      plate: { type: 'string' },
      photos: { type: 'string' },
      connected: { type: 'boolean' },
      uplink: { type: 'string' },
      seed: { type: 'string' },
      'time-scale': { type: 'string' },
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const { help, ...given } = values
  if (help === true) return 'help'
  const parsed = RefuelOptions.safeParse(given)
  if (parsed.success) return parsed.data
  throw new Error(`${z.prettifyError(parsed.error)}\n(--help shows every flag)`)
}
