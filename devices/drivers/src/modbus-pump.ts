import {
  type DeviceCall,
  DeviceError,
  type FuellingPointReading,
  type PumpCapability,
  type PumpCommand,
  type PumpDriver,
} from '@forecourt/contracts'
import { encodeCommand } from './control.ts'
import { createFieldReader, type FieldReader } from './field-reader.ts'
import { createModbusLine, type ModbusLine } from './modbus-line.ts'
import { fieldsToRead, type RegisterProfile } from './profile.ts'
import { type FieldValues, isSameMoment, toReading } from './reading.ts'

/** A reading found torn this often in a row is given up as garbled. */
export const tornReadsMax = 4

export type ModbusPumpOptions = {
  readonly controllerId: string
  readonly line: { readonly kind: 'modbus-tcp'; readonly host: string; readonly port: number }
  readonly profile: RegisterProfile
  readonly fuellingPoints: readonly {
    readonly fuellingPoint: number
    /** The Modbus unit id, 1 to 247. One unit id is one fuelling point. */
    readonly unitId: number
    /** The nozzles that hang there; a reading that shows another is garbled. */
    readonly nozzles: readonly number[]
  }[]
}

type Unit = ModbusPumpOptions['fuellingPoints'][number]

/**
 * A pump controller behind Modbus TCP. A call's time covers all its requests together. The
 * driver keeps no state of the pump: only the connection and what it learnt about block sizes.
 */
export function createModbusPump(options: ModbusPumpOptions): PumpDriver {
  const { controllerId, profile, fuellingPoints } = options
  const { host, port } = options.line
  const line = createModbusLine({ deviceId: controllerId, host, port })
  const reader = createFieldReader({ deviceId: controllerId, line, profile })
  const names = fieldsToRead(profile)
  const capabilities = new Set(Object.keys(profile.controls) as PumpCapability[])

  return {
    controllerId,
    capabilities,
    read: async (call) => {
      const within = deadline(call)
      const readings: FuellingPointReading[] = []
      for (const unit of fuellingPoints) {
        const values = await readWhole({ reader, profile, controllerId }, unit, names, within())
        readings.push(toCheckedReading(options, unit, values))
      }
      return readings
    },
    command: async (command, call) => {
      if (!capabilities.has(command.type)) {
        const detail = `profile ${profile.name} has no control for ${command.type}`
        throw new DeviceError('device_unsupported', controllerId, detail)
      }
      const unit = fuellingPoints.find((point) => point.fuellingPoint === command.fuellingPoint)
      if (unit === undefined) {
        const detail = `fuelling point ${command.fuellingPoint} is not on this controller`
        throw new DeviceError('device_unsupported', controllerId, detail)
      }
      await writeCommand({ line, reader, profile, controllerId }, unit, command, deadline(call))
    },
    close: () => line.close(),
  }
}

/** What is left of a call's time, each time it is asked. */
function deadline(call: DeviceCall): () => DeviceCall {
  const endAtMs = performance.now() + call.timeoutMs
  return () => ({
    signal: call.signal,
    timeoutMs: Math.max(1, Math.ceil(endAtMs - performance.now())),
  })
}

type ReadDeps = {
  readonly reader: FieldReader
  readonly profile: RegisterProfile
  readonly controllerId: string
}

/** Reads until the profile's guard says that all values are of one moment. */
async function readWhole(
  { reader, profile, controllerId }: ReadDeps,
  unit: Unit,
  names: readonly string[],
  call: DeviceCall,
): Promise<FieldValues> {
  const within = deadline(call)
  const { guard } = profile
  let earlier: FieldValues | null = null
  for (let attempt = 0; attempt < tornReadsMax; attempt++) {
    const values: FieldValues = await reader.read(unit.unitId, names, within())
    switch (guard.kind) {
      case 'sequence':
        if (values[guard.first] === values[guard.last]) return values
        break
      case 'read_twice':
        if (earlier !== null && isSameMoment(profile, earlier, values)) return values
        break
    }
    earlier = values
  }
  const detail = `fuelling point ${unit.fuellingPoint} changed during ${tornReadsMax} readings`
  throw new DeviceError('device_garbled', controllerId, detail)
}

function toCheckedReading(
  { controllerId, profile }: ModbusPumpOptions,
  unit: Unit,
  values: FieldValues,
): FuellingPointReading {
  const garbled = (detail: string, cause?: unknown) =>
    new DeviceError(
      'device_garbled',
      controllerId,
      `fuelling point ${unit.fuellingPoint}: ${detail}`,
      { cause },
    )
  let reading: FuellingPointReading
  try {
    reading = toReading(profile, unit.fuellingPoint, values)
  } catch (error) {
    throw garbled(error instanceof Error ? error.message : String(error), error)
  }
  for (const nozzle of [reading.liftedNozzle, reading.lastSale?.nozzle ?? null]) {
    if (nozzle !== null && !unit.nozzles.includes(nozzle)) {
      throw garbled(`shows nozzle ${nozzle}; configured are ${unit.nozzles.join(', ')}`)
    }
  }
  return reading
}

type CommandDeps = ReadDeps & { readonly line: ModbusLine }

async function writeCommand(
  deps: CommandDeps,
  unit: Unit,
  command: PumpCommand,
  within: () => DeviceCall,
): Promise<void> {
  const { line, reader, profile, controllerId } = deps
  const ack = profile.acknowledgement
  const before = ack === null ? {} : await reader.read(unit.unitId, [ack.taken], within())
  const commandNumber = ack === null ? 0 : ((before[ack.taken] ?? 0) % 0xffff) + 1
  const request = encoded(deps, command, commandNumber)
  const answer = await line.send(
    { kind: 'write', unitId: unit.unitId, address: request.address, values: request.registers },
    within(),
  )
  if (answer.kind === 'exception') {
    const detail = `${command.type}: Modbus exception ${answer.code}`
    throw new DeviceError('device_refused', controllerId, detail)
  }
  if (ack === null) return
  const result = await untilTaken(deps, unit, commandNumber, within)
  if (result === ack.doneCode) return
  const why = ack.refusals[String(result)] ?? `result ${result}`
  throw new DeviceError('device_refused', controllerId, `${command.type}: ${why}`)
}

function encoded({ profile, controllerId }: ReadDeps, command: PumpCommand, commandNumber: number) {
  try {
    const request = encodeCommand(profile, command, commandNumber)
    if (request !== null) return request
  } catch (error) {
    const detail = `${command.type}: ${error instanceof Error ? error.message : String(error)}`
    throw new DeviceError('device_refused', controllerId, detail, { cause: error })
  }
  throw new DeviceError('device_unsupported', controllerId, command.type)
}

/** Asks until the controller names our command as the last one taken; the call's time ends it. */
async function untilTaken(
  { reader, profile, controllerId }: CommandDeps,
  unit: Unit,
  commandNumber: number,
  within: () => DeviceCall,
): Promise<number> {
  const ack = profile.acknowledgement
  if (ack === null) return 0
  for (;;) {
    const values = await reader.read(unit.unitId, [ack.taken, ack.result], within())
    if (values[ack.taken] === commandNumber) return values[ack.result] ?? 0
    if (within().timeoutMs <= 1) {
      throw new DeviceError('device_timeout', controllerId, 'the command was not acknowledged')
    }
  }
}
