import { z } from 'zod'

/** A station's name in every subject, topic and path, so it may hold nothing that needs escaping. */
export const StationId = z.string().regex(/^[a-z0-9-]{3,32}$/, 'use 3 to 32 of a-z, 0-9 and -')
/** A fuelling point's number as painted on the pump. */
export const FuellingPoint = z.number().int().min(1).max(99)
/** A nozzle's number within its fuelling point. */
export const NozzleNumber = z.number().int().min(1).max(8)
/** A grade as drivers name it: `92`, `95`, `98`, `0` (diesel). */
export const Grade = z.string().regex(/^[A-Za-z0-9#+-]{1,8}$/)
/** The name of a pump controller within its station. */
export const ControllerId = z.string().regex(/^[a-z0-9-]{1,32}$/)
export const VehicleId = z.string().regex(/^[A-Za-z0-9-]{3,36}$/, 'use 3 to 36 of A-Z, a-z, 0-9, -')
export const MemberId = z.string().regex(/^[A-Za-z0-9-]{1,36}$/)
/** UUIDv7 minted at the edge for one visit at one fuelling point. */
export const RefuelId = z.uuidv7()
export const EventId = z.uuidv7()
/** An instant in UTC, ISO 8601 with `Z`. */
export const Instant = z.iso.datetime()
