import { PumpCommand } from '@forecourt/contracts'
import type { ControlWrite, RegisterProfile } from './profile.ts'
import { registersOfField } from './profile.ts'
import { decodeField, encodeField } from './registers.ts'

/** One write request that carries a whole command. */
type ControlRequest = { readonly address: number; readonly registers: readonly number[] }

const presetKinds = ['none', 'amount', 'volume'] as const

/**
 * Encodes a command as the one write request its profile describes.
 *
 * @param commandNumber - For profiles with an acknowledgement; others ignore it.
 * @returns Null when the profile has no such control.
 * @throws {RangeError} naming the field that cannot hold its value.
 */
export function encodeCommand(
  profile: RegisterProfile,
  command: PumpCommand,
  commandNumber: number,
): ControlRequest | null {
  const writes = profile.controls[command.type]
  const first = writes === undefined ? undefined : profile.fields[writes[0]?.field ?? '']
  if (writes === undefined || first === undefined) return null
  const registers = writes.flatMap((write) => {
    const field = profile.fields[write.field]
    if (field === undefined) throw new RangeError(`${write.field}: no such field`)
    return encodeField(field, argumentOf(write, command, commandNumber))
  })
  return { address: first.address, registers }
}

/**
 * The inverse, for controllers we simulate: which command a write request carries.
 *
 * @returns Null when no control of the profile looks like it.
 */
export function decodeCommand(
  profile: RegisterProfile,
  fuellingPoint: number,
  request: ControlRequest,
): { readonly command: PumpCommand; readonly commandNumber: number | null } | null {
  for (const [type, writes] of Object.entries(profile.controls)) {
    const values = valuesIn(profile, writes, request)
    if (values === null) continue
    const parsed = PumpCommand.safeParse(toCommand(type, fuellingPoint, values))
    if (parsed.success) {
      return { command: parsed.data, commandNumber: values.get('command_number') ?? null }
    }
  }
  return null
}

function argumentOf(write: ControlWrite, command: PumpCommand, commandNumber: number): number {
  const { value } = write
  if (typeof value === 'number') return value
  switch (value) {
    case 'command_number':
      return commandNumber
    case 'nozzle':
      return command.type === 'set_price' ? command.nozzle : 0
    case 'unit_price':
      return command.type === 'set_price' ? command.unitPriceFenPerLitre : 0
    case 'preset_kind':
      return presetKinds.indexOf(presetOf(command)?.by ?? 'none')
    case 'preset_value':
      return presetValueOf(presetOf(command))
  }
}

type Preset = Extract<PumpCommand, { type: 'authorise' }>['preset']

function presetOf(command: PumpCommand): Preset {
  return command.type === 'authorise' ? command.preset : null
}

function presetValueOf(preset: Preset): number {
  if (preset === null) return 0
  return preset.by === 'amount' ? preset.amountFen : preset.volumeMl
}

/** The arguments of a write request by name, or null when it is not this control. */
function valuesIn(
  profile: RegisterProfile,
  writes: readonly ControlWrite[],
  request: ControlRequest,
): ReadonlyMap<string, number> | null {
  const values = new Map<string, number>()
  let address = request.address
  for (const write of writes) {
    const field = profile.fields[write.field]
    if (field === undefined || field.address !== address) return null
    const from = address - request.address
    const registers = request.registers.slice(from, from + registersOfField(field))
    if (registers.length < registersOfField(field)) return null
    const value = decodeField(field, registers)
    if (typeof write.value === 'number' && write.value !== value) return null
    if (typeof write.value === 'string') values.set(write.value, value)
    address += registersOfField(field)
  }
  return address === request.address + request.registers.length ? values : null
}

function toCommand(
  type: string,
  fuellingPoint: number,
  values: ReadonlyMap<string, number>,
): unknown {
  const presetValue = values.get('preset_value')
  const presets: Readonly<Record<string, unknown>> = {
    none: null,
    amount: { by: 'amount', amountFen: presetValue },
    volume: { by: 'volume', volumeMl: presetValue },
  }
  switch (type) {
    case 'authorise':
      return {
        type,
        fuellingPoint,
        preset: presets[presetKinds[values.get('preset_kind') ?? 0] ?? ''],
      }
    case 'set_price': {
      const unitPriceFenPerLitre = values.get('unit_price')
      return { type, fuellingPoint, nozzle: values.get('nozzle') ?? 1, unitPriceFenPerLitre }
    }
    default:
      return { type, fuellingPoint }
  }
}
