import { type DeviceCall, DeviceError } from '@forecourt/contracts'
import type { ModbusLine } from './modbus-line.ts'
import { cutsAfterRefusal, planReads, type ReadBlock, readRegistersMax } from './plan.ts'
import { type RegisterProfile, registersOfField } from './profile.ts'
import type { FieldValues } from './reading.ts'
import { decodeField } from './registers.ts'

/** Modbus exception 2: the device does not have one of the registers asked for. */
const illegalAddress = 2
/** A gateway saying that the device behind it does not answer: no better than silence. */
const gatewayExceptions: readonly number[] = [10, 11]

/** Reads named fields of a unit in few requests, and learns which blocks a device refuses. */
export type FieldReader = {
  /** @throws {DeviceError} `device_timeout`, `device_garbled`, `device_refused`. */
  read(unitId: number, names: readonly string[], call: DeviceCall): Promise<FieldValues>
}

export function createFieldReader(deps: {
  readonly deviceId: string
  readonly line: ModbusLine
  readonly profile: RegisterProfile
}): FieldReader {
  const { deviceId, profile } = deps
  // Grows by at least one field's address for each refusal, so it is bounded by the profile.
  const cuts = new Set<number>()
  const plans = new Map<string, readonly ReadBlock[]>()

  const planFor = (names: readonly string[]): readonly ReadBlock[] => {
    const key = names.join()
    const known = plans.get(key)
    if (known !== undefined) return known
    const { gapRegistersMax, forbidden } = profile
    const rules = { registersMax: readRegistersMax, gapRegistersMax, forbidden, cuts }
    const blocks = planReads(
      names.map((name) => toPlanned(profile, name)),
      rules,
    )
    plans.set(key, blocks)
    return blocks
  }
  const learn = (block: ReadBlock): boolean => {
    const learnt = cutsAfterRefusal(block)
    if (learnt === null) return false
    for (const address of learnt) cuts.add(address)
    plans.clear()
    return true
  }

  return {
    read: async (unitId, names, call) => {
      const endAtMs = performance.now() + call.timeoutMs
      for (;;) {
        const timeoutMs = Math.max(1, Math.ceil(endAtMs - performance.now()))
        const outcome = await readBlocks(deps, unitId, planFor(names), { ...call, timeoutMs })
        if (outcome.kind === 'values') return outcome.values
        if (outcome.code !== illegalAddress || !learn(outcome.block)) {
          throw toRefusal(deviceId, outcome.block, outcome.code)
        }
      }
    },
  }
}

type Outcome =
  | { readonly kind: 'values'; readonly values: FieldValues }
  | { readonly kind: 'refused'; readonly block: ReadBlock; readonly code: number }

async function readBlocks(
  deps: { readonly deviceId: string; readonly line: ModbusLine; readonly profile: RegisterProfile },
  unitId: number,
  blocks: readonly ReadBlock[],
  call: DeviceCall,
): Promise<Outcome> {
  const { line, profile } = deps
  const endAtMs = performance.now() + call.timeoutMs
  const values: Record<string, number> = {}
  for (const block of blocks) {
    const { address, registers } = block
    const timeoutMs = Math.max(1, Math.ceil(endAtMs - performance.now()))
    const request = { kind: 'read', unitId, table: profile.table, address, registers } as const
    const answer = await line.send(request, { signal: call.signal, timeoutMs })
    if (answer.kind === 'exception') return { kind: 'refused', block, code: answer.code }
    Object.assign(values, decodeBlock(deps, block, answer.registers))
  }
  return { kind: 'values', values }
}

function decodeBlock(
  deps: { readonly deviceId: string; readonly profile: RegisterProfile },
  block: ReadBlock,
  registers: readonly number[],
): FieldValues {
  const decoded = block.fields.map(({ name, address, registers: count }) => {
    const from = address - block.address
    return [name, decodeNamed(deps, name, registers.slice(from, from + count))]
  })
  return Object.fromEntries(decoded)
}

function decodeNamed(
  { deviceId, profile }: { readonly deviceId: string; readonly profile: RegisterProfile },
  name: string,
  registers: readonly number[],
): number {
  const field = profile.fields[name]
  if (field === undefined) throw new RangeError(`${name}: no such field`)
  try {
    return decodeField(field, registers)
  } catch (error) {
    const detail = `${name}: ${error instanceof Error ? error.message : String(error)}`
    throw new DeviceError('device_garbled', deviceId, detail, { cause: error })
  }
}

function toRefusal(deviceId: string, block: ReadBlock, code: number): DeviceError {
  const where = `registers ${block.address} to ${block.address + block.registers - 1}`
  const kind = gatewayExceptions.includes(code) ? 'device_timeout' : 'device_refused'
  return new DeviceError(kind, deviceId, `Modbus exception ${code} for ${where}`)
}

function toPlanned(profile: RegisterProfile, name: string) {
  const field = profile.fields[name]
  if (field === undefined) throw new RangeError(`${name}: no such field`)
  return { name, address: field.address, registers: registersOfField(field) }
}
