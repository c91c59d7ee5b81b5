import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const sandboxKey = 'a-key-that-only-tests-know'
const program = join(import.meta.dirname, '../../simulators/src/providers/main.ts')

export type SandboxProcess = {
  readonly url: string
  /** How a contract's bank behaves from now on. */
  setContract(contractId: string, behaviour: string): Promise<void>
  charges(): Promise<readonly SandboxCharge[]>
  stop(): Promise<void>
}
export type SandboxCharge = {
  readonly outTradeNo: string
  readonly takenTimes: number
  readonly takenFen: number
}

/** The provider sandbox as the product starts it: a process of its own, on a free port. */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: '', SANDBOX_PORT: '0', SANDBOX_PAY_KEY: sandboxKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${await readPort(createInterface(child.stdout))}`
  return {
    url,
    setContract: async (contractId, behaviour) => {
      const response = await fetch(`${url}/control/contracts/${contractId}`, {
        method: 'PUT',
        body: JSON.stringify({ behaviour }),
      })
      if (!response.ok) throw new Error(await response.text())
    },
    charges: async () => {
      const response = await fetch(`${url}/control/charges`)
      return ((await response.json()) as { charges: SandboxCharge[] }).charges
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function readPort(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const entry = JSON.parse(line) as { msg: string; port: number }
    if (entry.msg === 'sandbox ready') return entry.port
  }
  throw new Error('the sandbox ended before it was ready')
}
