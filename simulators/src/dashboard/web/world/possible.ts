import type { WorldCar, WorldPump } from '../../../world/world.ts'
import type { zh } from '../words/zh.ts'

/** Why a button is off: a key of the words under `why`. */
export type WhyNot = keyof typeof zh.why

/** What a driver can do at a pump now; null where it can be done, else why not. */
export type Possible = {
  readonly send_car: WhyNot | null
  readonly lift: WhyNot | null
  readonly squeeze: WhyNot | null
  readonly hang_up: WhyNot | null
  readonly drive_off: WhyNot | null
}

/** Looks at the bay as a driver would. The world itself has the last word; this only saves a click. */
export function possibleAt(pump: WorldPump, car: WorldCar | null): Possible {
  return {
    send_car: car === null ? null : 'bayTaken',
    lift: whyNotLift(pump, car),
    squeeze: whyNotSqueeze(pump, car),
    hang_up: pump.liftedNozzle === null ? 'notLifted' : null,
    drive_off: whyNotDriveOff(pump, car),
  }
}

/** What a driver would do next, or why there is only waiting. */
type Next =
  | { readonly type: keyof Possible; readonly why: null }
  | { readonly type: null; readonly why: WhyNot | null }

/** The one thing a driver would do next at this pump. */
export function nextAction(pump: WorldPump, car: WorldCar | null): Next {
  const can = possibleAt(pump, car)
  const isOut = pump.liftedNozzle !== null
  const wanted = car === null ? 'send_car' : isOut ? nextWhileOut(pump) : nextWhileHung(pump, car)
  if (can[wanted] === null) return { type: wanted, why: null }
  return { type: null, why: can[wanted] }
}

/** Before fuel flows the display may still show the delivery before, so the state decides. */
function nextWhileOut(pump: WorldPump): 'squeeze' | 'hang_up' {
  const isBefore = ['calling', 'authorised', 'started', 'suspended_started'].includes(pump.state)
  return isBefore ? 'squeeze' : 'hang_up'
}

function nextWhileHung(pump: WorldPump, car: WorldCar): 'lift' | 'drive_off' {
  const isOutOfService = pump.state === 'inoperative' || pump.state === 'closed'
  return isOutOfService || isFilled(pump, car) ? 'drive_off' : 'lift'
}

/** After the hang-up the flap is shut again and the display still shows the delivery. */
function isFilled(pump: WorldPump, car: WorldCar): boolean {
  return pump.volumeMl > 0 && !car.flapOpen
}

function whyNotLift(pump: WorldPump, car: WorldCar | null): WhyNot | null {
  if (car === null) return 'noCar'
  if (car.status === 'arriving' || car.status === 'leaving') return 'carMoving'
  if (pump.liftedNozzle !== null) return 'alreadyLifted'
  return pump.state === 'idle' ? null : 'pumpUnfit'
}

function whyNotSqueeze(pump: WorldPump, car: WorldCar | null): WhyNot | null {
  if (car === null) return 'noCar'
  if (pump.liftedNozzle === null) return 'notLifted'
  switch (pump.state) {
    case 'authorised':
    case 'started':
    case 'suspended_started':
    case 'suspended_fuelling':
      return null
    case 'fuelling':
      return 'alreadyFuelling'
    case 'calling':
    case 'idle':
    case 'closed':
    case 'inoperative':
      return 'notReleased'
  }
}

function whyNotDriveOff(pump: WorldPump, car: WorldCar | null): WhyNot | null {
  if (car === null) return 'noCar'
  if (car.status === 'arriving' || car.status === 'leaving') return 'carMoving'
  return pump.liftedNozzle === null ? null : 'nozzleOut'
}
