import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { anyPorts, type BoxFuellingPoint, createBox, fourPoints } from '../box/index.ts'
import { isClean } from '../judge/index.ts'
import { createRandom } from '../scenarios/random.ts'
import { realParts } from './config.ts'
import { helpText, parseOptions, type RefuelOptions } from './options.ts'
import { findPhotos, mustBeThere } from './photo-files.ts'
import { planDrawn, planPhotos, type RunPlan } from './plan.ts'
import { readPhoto } from './read-photo.ts'
import { type RunResult, runPlan } from './run.ts'

const readEveryMs = 300

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(helpText)
    return 0
  }
  const say = (line: string) => {
    const stream = options.json ? process.stderr : process.stdout
    stream.write(`${line}\n`)
  }
  const dataDirectory = await mkdtemp(join(tmpdir(), 'forecourt-refuel-'))
  const stop = new AbortController()
  process.on('SIGINT', () => stop.abort())
  process.on('SIGTERM', () => stop.abort())
  try {
    const result = await refuelAll({ options, dataDirectory, say, signal: stop.signal })
    report(result, options, say)
    return isGood(result, options) ? 0 : 1
  } finally {
    await rm(dataDirectory, { recursive: true, force: true })
  }
}

type Run = {
  readonly options: RefuelOptions
  readonly dataDirectory: string
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

async function refuelAll({ options, dataDirectory, say, signal }: Run): Promise<RunResult> {
  const seed = options.seed ?? randomInt(0xffff_ffff)
  const runId = randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')
  const points = pointsOf(options)
  const plan = await makePlan(
    options,
    { random: createRandom(seed), points, prefix: `m${runId}` },
    say,
  )
  const timeScale = options['time-scale']
  const log = pino(
    { level: options.verbose ? 'debug' : 'error' },
    pino.destination({ fd: 2, sync: true }),
  )
  const startedMs = performance.now()
  say(`seed ${seed}, ${plan.members.length} members, fuel ${timeScale} times faster; starting …`)
  const box = await createBox({
    ...realParts(),
    dataDirectory,
    stationId: `sim-${runId}`,
    ports: anyPorts,
    points,
    members: plan.members,
    timeScale,
    seed,
    uplink: options.uplink,
    readEveryMs,
    log,
    onUnexpectedEnd: (name, how) => say(`${name} ended by itself: ${how}`),
  })
  try {
    say(`station and cloud ready after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`)
    return await runPlan({ box, timeScale, log, say, signal }, plan)
  } finally {
    await box.close()
  }
}

/** With photographs nothing but the picture decides, so every pump releases by itself. */
function pointsOf(options: RefuelOptions): readonly BoxFuellingPoint[] {
  if (options.photo === undefined && options.photos === undefined) return fourPoints
  return fourPoints.map((point) => ({ ...point, releaseMode: 'postpay' }))
}

async function makePlan(
  options: RefuelOptions,
  run: Parameters<typeof planDrawn>[0],
  say: (line: string) => void,
): Promise<RunPlan> {
  const { photo: file, photos: folder, refuels } = options
  if (folder !== undefined) {
    return planPhotos(run, await findPhotos(folder), options.connected ? 'yes' : 'no')
  }
  if (file === undefined) return planDrawn(run, refuels)
  await mustBeThere([file])
  const plate = options.plate ?? (await readPhoto(file))
  say(plate === null ? `no plate read on ${file}: a stranger` : `${file} shows ${plate}`)
  const photos = Array.from({ length: refuels }, () => ({ file, plate }))
  return planPhotos(run, photos, options.connected ? 'yes' : 'no')
}

function report(result: RunResult, options: RefuelOptions, say: (line: string) => void): void {
  const { verdict, hangUpToChargedMs } = result
  const { refuels, charged, payable, lost, doubleCharged, wrongAmount, wrongMember } = verdict
  for (const finding of verdict.findings) {
    say(`BROKEN ${finding.law}: ${finding.subject}: ${finding.detail}`)
  }
  const reasons = Object.entries(verdict.reasons).map(([reason, count]) => `${reason} ${count}`)
  say(
    `${refuels} refuels: ${charged} charged, ${payable} payable${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
  )
  say(
    `lost ${lost}, charged twice ${doubleCharged}, wrong amount ${wrongAmount}, wrong member ${wrongMember}`,
  )
  say(`hang-up to charged: p50 ${hangUpToChargedMs.p50} ms, p99 ${hangUpToChargedMs.p99} ms`)
  if (!options.json) return
  const counts = { refuels, charged, payable, lost, doubleCharged, wrongAmount, wrongMember }
  const answer = { ...counts, hangUpToChargedMs, reasons: verdict.reasons }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

function isGood({ verdict }: RunResult, options: RefuelOptions): boolean {
  const isDrawn = options.photo === undefined && options.photos === undefined
  if (!isClean(verdict)) return false
  return !isDrawn || (verdict.charged === options.refuels && verdict.refuels === options.refuels)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
