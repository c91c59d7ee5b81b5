import { writeFileSync } from 'node:fs'
import { toStationSchema } from './station-schema.ts'

/** Writes `edge/station.schema.json` anew: `node edge/src/write-schema.ts`. */
writeFileSync(new URL('../station.schema.json', import.meta.url), toStationSchema())
