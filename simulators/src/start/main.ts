import { toYuanText } from '@forecourt/contracts'
import { pino } from 'pino'
import { PortTakenError } from '../box/index.ts'
import type { World } from '../world/world.ts'
import { helpText, loadSettings, type StartSettings } from './config.ts'
import { type Running, start } from './start.ts'

const startedMs = performance.now()
const seconds = () => ((performance.now() - startedMs) / 1_000).toFixed(1)
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const settings = loadSettings(process.argv.slice(2))
  if (settings === 'help') {
    process.stdout.write(helpText())
    return
  }
  say(
    settings.elsewhere === null
      ? 'forecourt · 无感加油 — starting: cloud, payment sandbox, station, pumps, cameras, cars …'
      : 'forecourt · 无感加油 — attaching: payment sandbox, pumps, cameras, cars; waiting for the cloud …',
  )
  const log = pino({ level: settings['log-level'] }, pino.destination({ fd: 2, sync: true }))
  const stopping = untilStopped()
  const running = await Promise.race([
    start({ settings, log, onUnexpectedEnd: stopping.onUnexpectedEnd }),
    // Stopped before it was up: the children are on their leash and end with us.
    stopping.reason.then((reason) =>
      Promise.reject(new Error(`stopped while starting: ${reason}`)),
    ),
  ])
  greet(running, settings)
  tellFirstCharge(running.world)
  const reason = await stopping.reason
  say(`${reason}: stopping …`)
  await running.close()
  say('everything stopped, every port is free · 已全部停止')
  process.exitCode = reason.includes('ended by itself') ? 1 : 0
}

/** Resolves with why to stop: a person's signal, or a process that ended by itself. */
function untilStopped() {
  const { promise: reason, resolve } = Promise.withResolvers<string>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Not once: npm passes Ctrl-C on to us a second time, and that one must not cut the stopping short.
    process.on(signal, () => resolve(signal === 'SIGINT' ? 'Ctrl-C' : signal))
  }
  const onUnexpectedEnd = (name: string, how: string) => {
    resolve(`the ${name} process ended by itself (${how})`)
  }
  return { reason, onUnexpectedEnd }
}

function greet({ dashboardUrl, box }: Running, settings: StartSettings): void {
  const { cloud, edge, sandbox } = box.urls
  const portOf = (url: string) => new URL(url).port
  say(`ready after ${seconds()} s · 已就绪`)
  say('')
  say(`  dashboard · 现场看板   ${dashboardUrl}`)
  say(`  cloud API · 云端接口   ${cloud}/docs`)
  say(`  gateway · 站端网关     ${edge}/station`)
  say(
    `  payment sandbox ${portOf(sandbox)}, MQTT ${portOf(box.mqttUrl)}, data in ${settings.data}/`,
  )
  say('')
  say(
    settings.autopilot === 'on'
      ? 'cars are on their way, watch them at the dashboard · 车辆正在进站; Ctrl-C ends it · 按 Ctrl-C 结束'
      : 'send a car from the dashboard · 请在看板上派车; Ctrl-C ends it · 按 Ctrl-C 结束',
  )
}

function tellFirstCharge(world: World): void {
  const stop = world.onChange(() => {
    const first = world.snapshot().refuels.findLast((refuel) => refuel.ending === 'charged')
    if (first === undefined) return
    stop()
    const { plate, volumeMl, amountFen, receiptNumber } = first
    const litres = (volumeMl / 1_000).toFixed(2)
    say(
      `first refuel charged after ${seconds()} s: ${plate}, ${litres} L, ¥${toYuanText(amountFen)}, receipt ${receiptNumber} · 首笔加油已扣款`,
    )
  })
}

const portFlags: Readonly<Record<string, string>> = {
  dashboard: '--dashboard-port',
  cloud: '--cloud-port',
  edge: '--edge-port',
  sandbox: '--sandbox-port',
  mqtt: '--mqtt-port',
  modbus: '--modbus-port',
  cameras: '--cameras-port',
  proxy: '--line-port',
}

function explain(error: unknown): string {
  if (error instanceof PortTakenError) {
    const flag = portFlags[error.purpose] ?? '--help'
    return `${error.message}; end that program or choose another: npm start -- ${flag} ${error.port + 10_000}`
  }
  const text = error instanceof Error ? error.message : String(error)
  const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC'
  return isFull
    ? `${text}; free some of that disk, or choose another: npm start -- --data FOLDER`
    : text
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  // At once: when stopped while starting, the rest of the start must not go on without us.
  process.exit(1)
}
