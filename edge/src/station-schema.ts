import { z } from 'zod'
import { StationFile } from './config.ts'

/** The JSON Schema of a station's config file, for editors; what fields say of each other is not in it. */
export function toStationSchema(): string {
  const schema = z.toJSONSchema(StationFile, { io: 'input', target: 'draft-2020-12' })
  const described = { title: 'forecourt station', ...schema }
  return `${JSON.stringify(described, null, 2)}\n`
}
