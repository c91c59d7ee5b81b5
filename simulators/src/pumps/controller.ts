import { FuellingPointReading } from '@forecourt/contracts'
import {
  decodeCommand,
  encodeFields,
  type RegisterProfile,
  toFieldValues,
} from '@forecourt/drivers'
import { amountFenOf, volumeMlOf } from './meter.ts'
import { type CommandOutcome, command, type PumpModel } from './pump-model.ts'

/** What a controller remembers beside its pump: the change count and the last command. */
export type ControllerMemory = {
  readonly sequence: number
  readonly commandTaken: number
  readonly commandResult: number
}

export const emptyMemory: ControllerMemory = { sequence: 0, commandTaken: 0, commandResult: 0 }

const resultCodes: Readonly<Record<CommandOutcome | 'unknown', number>> = {
  done: 1,
  not_now: 2,
  bad_value: 3,
  unknown: 4,
}

/** The pump as its profile's registers show it: address → value. Control registers read 0. */
export function toRegisters(
  profile: RegisterProfile,
  fuellingPoint: number,
  pump: PumpModel,
  memory: ControllerMemory,
): ReadonlyMap<number, number> {
  const own: Record<string, number> = Object.fromEntries(
    Object.keys(profile.fields).map((name) => [name, 0]),
  )
  const { guard, acknowledgement } = profile
  if (guard.kind === 'sequence') {
    own[guard.first] = memory.sequence
    own[guard.last] = memory.sequence
  }
  if (acknowledgement !== null) {
    own[acknowledgement.taken] = memory.commandTaken
    own[acknowledgement.result] = memory.commandResult
  }
  const reading = toPumpReading(fuellingPoint, pump)
  return encodeFields(profile.fields, toFieldValues(profile, reading, own))
}

/**
 * A write request as the controller takes it.
 *
 * @returns Null when the registers are not for writing: Modbus exception 2. A command refused by
 *   a controller without an acknowledgement is exception 3, by one with it a result.
 */
export function takeWrite(
  profile: RegisterProfile,
  fuellingPoint: number,
  request: { readonly address: number; readonly registers: readonly number[] },
  now: { readonly pump: PumpModel; readonly memory: ControllerMemory },
): {
  readonly pump: PumpModel
  readonly memory: ControllerMemory
  readonly exception: number | null
} {
  const decoded = decodeCommand(profile, fuellingPoint, request)
  const { acknowledgement } = profile
  if (decoded === null) {
    const number = acknowledgement === null ? null : lastOf(request.registers)
    if (number === null || !isControl(profile, request)) return { ...now, exception: 2 }
    const memory = { ...now.memory, commandTaken: number, commandResult: resultCodes.unknown }
    return { pump: now.pump, memory, exception: null }
  }
  const { commandNumber } = decoded
  // The same number again is the same command again, sent by somebody who missed our answer.
  if (commandNumber !== null && commandNumber === now.memory.commandTaken) {
    return { ...now, exception: null }
  }
  const { pump, outcome } = command(now.pump, decoded.command)
  const commandResult = resultCodes[outcome]
  const memory = { ...now.memory, commandTaken: commandNumber ?? 0, commandResult }
  return { pump, memory, exception: acknowledgement === null && outcome !== 'done' ? 3 : null }
}

function toPumpReading(fuellingPoint: number, pump: PumpModel): FuellingPointReading {
  const last = pump.lastDelivery
  return FuellingPointReading.parse({
    fuellingPoint,
    state: pump.state,
    liftedNozzle: pump.lifted,
    locked: pump.locked,
    unitPriceFenPerLitre: pump.unitPriceFenPerLitre,
    volumeMl: volumeMlOf(pump),
    amountFen: amountFenOf(pump),
    totaliserMl: pump.totaliserMl,
    lastSale: last && {
      transactionNumber: last.transactionNumber,
      nozzle: last.nozzle,
      volumeMl: last.volumeMl,
      unitPriceFenPerLitre: last.unitPriceFenPerLitre,
      amountFen: last.amountFen,
      endReason: last.endReason,
      totaliserMl: last.totaliserMl,
    },
  })
}

function lastOf(registers: readonly number[]): number | null {
  return registers.at(-1) ?? null
}

/** True when a request covers the registers of a control exactly, whatever it says in them. */
function isControl(
  profile: RegisterProfile,
  request: { readonly address: number; readonly registers: readonly number[] },
): boolean {
  return Object.values(profile.controls).some((writes) => {
    const first = profile.fields[writes[0]?.field ?? '']
    const last = profile.fields[writes.at(-1)?.field ?? '']
    const isWhole = last?.address === request.address + request.registers.length - 1
    return first?.address === request.address && isWhole
  })
}
