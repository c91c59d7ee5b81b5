import { createServer } from 'node:net'
import { ServerTCP } from 'modbus-serial'

/** Requests held while frozen; one more is answered with exception 6, busy. */
const heldRequestsMax = 1_000

/** A Modbus exception code, or what was asked for. */
export type Answer<T> = { readonly exception: number } | { readonly value: T }

/** The registers behind a server, by unit id. */
export type RegisterBank = {
  read(unitId: number, address: number, count: number): Answer<number[]>
  write(unitId: number, address: number, registers: readonly number[]): Answer<null>
}

type ModbusServer = {
  readonly port: number
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

type Callback<T> = (error: Error | null, value: T) => void

/** Serves a register bank over Modbus TCP, functions 3, 4, 6 and 16. */
export async function startModbusServer(
  bank: RegisterBank,
  address: { readonly host: string; readonly port: number },
): Promise<ModbusServer> {
  const gate = createGate()
  const read = (from: number, count: number, unitId: number, callback: Callback<number[]>) =>
    gate.pass(() => reply(bank.read(unitId, from, count), callback, []))
  const readOne = (from: number, unitId: number, callback: Callback<number>) =>
    gate.pass(() => {
      const one = bank.read(unitId, from, 1)
      reply('exception' in one ? one : { value: one.value[0] ?? 0 }, callback, 0)
    })
  const write = (from: number, values: number[], unitId: number, callback: Callback<null>) =>
    gate.pass(() => reply(bank.write(unitId, from, values), callback, null))
  const vector = {
    getHoldingRegister: readOne,
    getInputRegister: readOne,
    getMultipleHoldingRegisters: read,
    getMultipleInputRegisters: read,
    setRegister: (to: number, value: number, unitId: number, callback: (e: Error | null) => void) =>
      write(to, [value], unitId, callback),
    setRegisterArray: (
      to: number,
      values: number[],
      unitId: number,
      done: (e: Error | null) => void,
    ) => write(to, values, unitId, done),
  }
  const { server, port } = await listen(vector, address)
  let closing: Promise<void> | null = null
  return {
    port,
    freeze: gate.close,
    thaw: gate.open,
    close: () => {
      gate.open()
      closing ??= new Promise((resolve) => server.close(() => resolve()))
      return closing
    },
  }
}

function reply<T>(answer: Answer<T>, callback: Callback<T>, nothing: T): void {
  if ('exception' in answer) callback(toException(answer.exception), nothing)
  else callback(null, answer.value)
}

function toException(code: number): Error {
  return Object.assign(new Error(`Modbus exception ${code}`), { modbusErrorCode: code })
}

/** Lets requests through, or holds them until it is opened again. */
function createGate() {
  let held: (() => void)[] | null = null
  return {
    pass: (answer: () => void) => {
      if (held === null) return answer()
      if (held.length < heldRequestsMax) held.push(answer)
    },
    close: () => {
      held ??= []
    },
    open: () => {
      const waiting = held ?? []
      held = null
      for (const answer of waiting) answer()
    },
  }
}

/** The library takes port 0 for 502, so a free port is found first; somebody may be faster. */
async function listen(
  vector: ConstructorParameters<typeof ServerTCP>[0],
  address: { readonly host: string; readonly port: number },
): Promise<{ readonly server: ServerTCP; readonly port: number }> {
  const attemptsMax = 5
  for (let attempt = 1; ; attempt++) {
    const port = address.port === 0 ? await findFreePort(address.host) : address.port
    try {
      return { server: await listenOn(vector, { host: address.host, port }), port }
    } catch (error) {
      if (address.port !== 0 || attempt === attemptsMax) throw error
    }
  }
}

function listenOn(
  vector: ConstructorParameters<typeof ServerTCP>[0],
  address: { readonly host: string; readonly port: number },
): Promise<ServerTCP> {
  return new Promise((resolve, reject) => {
    const server = new ServerTCP(vector, address)
    // A connection that breaks is the client's business; without a listener it would be ours.
    server.on('socketError', () => undefined)
    server.on('error', () => undefined)
    server.on('serverError', (error) => reject(error ?? new Error('the server failed')))
    server.on('initialized', () => resolve(server))
  })
}

function findFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, host, () => {
      const bound = probe.address()
      probe.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0))
    })
  })
}
