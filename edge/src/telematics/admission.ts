import { mayPublish } from './acl.ts'
import { type VehicleTokenCheck, verifyVehicleToken } from './vehicle-token.ts'

/** Who knocks: the fields of an MQTT CONNECT that decide. */
export type Knock = {
  /** As the car sent it; empty when it asked the broker to choose. */
  readonly clientId: string
  readonly userName: string | null
  readonly password: string | null
  /** Where its last will would go; null when it has none. */
  readonly willTopic: string | null
}

/** The rejections counted at the door. */
export type DoorRejection =
  | 'mqtt_no_client_id'
  | 'mqtt_unauthorised'
  | 'mqtt_token_expired'
  | 'mqtt_foreign_topic'

/**
 * Whether a car comes in. `returnCode` is CONNACK's (MQTT 3.1.1, section 3.2.2.3): 2 client id
 * rejected, 4 bad user name or password, 5 not authorised.
 */
export type Admission =
  | { readonly kind: 'admitted'; readonly vehicleId: string; readonly expiresAtMs: number }
  | {
      readonly kind: 'refused'
      readonly returnCode: 2 | 4 | 5
      readonly rejection: DoorRejection
    }

/**
 * A car comes in as the vehicle its token names, and as nobody else: the token's vehicle, the
 * user name and the client id must be one.
 */
export function admit(knock: Knock, at: VehicleTokenCheck): Admission {
  // An id of the broker's choosing would be nobody's ([MQTT-3.1.3-8] wants 2 for clean=0 anyway).
  if (knock.clientId === '') return refuse(2, 'mqtt_no_client_id')
  const token = verifyVehicleToken(knock.password ?? '', at)
  if (token.kind === 'expired') return refuse(4, 'mqtt_token_expired')
  if (token.kind !== 'genuine') return refuse(4, 'mqtt_unauthorised')
  const isOne = knock.clientId === token.vehicleId && knock.userName === token.vehicleId
  if (!isOne) return refuse(5, 'mqtt_unauthorised')
  if (knock.willTopic !== null && !mayPublish(token.vehicleId, knock.willTopic)) {
    return refuse(5, 'mqtt_foreign_topic')
  }
  return { kind: 'admitted', vehicleId: token.vehicleId, expiresAtMs: token.expiresAtMs }
}

function refuse(returnCode: 2 | 4 | 5, rejection: DoorRejection): Admission {
  return { kind: 'refused', returnCode, rejection }
}
