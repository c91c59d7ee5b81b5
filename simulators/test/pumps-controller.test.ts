import type { PumpCommand } from '@forecourt/contracts'
import { encodeCommand, loadProfile } from '@forecourt/drivers'
import { expect, test } from 'vitest'
import { emptyMemory, takeWrite, toRegisters } from '../src/pumps/controller.ts'
import { createPump } from '../src/pumps/pump-model.ts'

const profile = loadProfile('forecourt-v1')
const pump = createPump({
  unitPrices: new Map([[1, 789]]),
  requiresAuthorisation: true,
  fullFlowMlPerMin: 38_000,
  noFlowMs: 60_000,
  authorisationMs: 60_000,
  totaliserMl: 0x1_0000_0001,
  transactionNumber: 1,
  nowMs: 0,
})
const fresh = { pump, memory: emptyMemory }
const requestFor = (command: PumpCommand, commandNumber: number) => {
  const request = encodeCommand(profile, command, commandNumber)
  if (request === null) throw new Error('the profile has no such control')
  return request
}

test('a command sent again under its number is taken once', () => {
  const request = requestFor({ type: 'authorise', fuellingPoint: 1, preset: null }, 5)
  const first = takeWrite(profile, 1, request, fresh)
  expect(first.pump.state).toBe('authorised')
  expect(first.memory).toMatchObject({ commandTaken: 5, commandResult: 1 })
  const again = takeWrite(profile, 1, request, first)
  expect(again).toEqual({ ...first, exception: null })
  const next = takeWrite(
    profile,
    1,
    { ...request, registers: [...request.registers.slice(0, 5), 6] },
    first,
  )
  expect(next.memory).toMatchObject({ commandTaken: 6, commandResult: 2 })
})

test('an unknown command is acknowledged as such, a stray write is an exception', () => {
  const request = requestFor({ type: 'lock', fuellingPoint: 1 }, 5)
  const strange = { ...request, registers: [77, ...request.registers.slice(1)] }
  const taken = takeWrite(profile, 1, strange, fresh)
  expect(taken).toEqual({
    pump,
    memory: { ...emptyMemory, commandTaken: 5, commandResult: 4 },
    exception: null,
  })
  expect(takeWrite(profile, 1, { address: 2, registers: [8] }, fresh).exception).toBe(2)
  expect(takeWrite(profile, 1, { address: 18, registers: [0, 1] }, fresh)).toEqual({
    ...fresh,
    exception: 2,
  })
})

test('a controller without acknowledgement refuses with a Modbus exception', () => {
  const compac = loadProfile('compac-c5000')
  const price = { address: 201, registers: [0] }
  expect(takeWrite(compac, 1, price, fresh).exception).toBe(2)
  const lifted = { ...pump, lifted: 1 }
  const outcome = takeWrite(
    compac,
    1,
    { address: 201, registers: [801] },
    { ...fresh, pump: lifted },
  )
  expect(outcome.exception).toBe(3)
})

test('registers lie where profiles/README.md says', () => {
  const registers = toRegisters(
    profile,
    1,
    { ...pump, locked: true },
    { ...emptyMemory, sequence: 9 },
  )
  const shown = Array.from({ length: 29 }, (_, address) => registers.get(address))
  expect(shown.slice(0, 6)).toEqual([9, 1, 3, 0, 1, 789])
  expect(shown.slice(10, 14)).toEqual([0, 1, 0, 1])
  expect(shown[26]).toBe(9)
})
