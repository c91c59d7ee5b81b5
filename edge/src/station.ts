import type { Camera, PlateReader, PumpDriver, Uplink } from '@forecourt/contracts'
import {
  createFolderCamera,
  createHttpCamera,
  createModbusPump,
  loadProfile,
} from '@forecourt/drivers'
import { createOnnxPlateReader } from '@forecourt/models'
import type { EdgeConfig, PumpConfig, StationConfig } from './config.ts'
import { createForecourt } from './forecourt.ts'
import { createLocalApi } from './http/app.ts'
import { createChanges } from './http/changes.ts'
import { listen } from './http/serve.ts'
import type { Logger } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createPlateWatcher } from './plates/index.ts'
import { createJournalOfSteps } from './steps.ts'
import { openStore, type Store } from './store/index.ts'
import { createTelematics } from './telematics/index.ts'
import {
  createForwarder,
  createHttpUplink,
  createNatsUplink,
  createSettlementListener,
} from './uplink/index.ts'
import { createView } from './view.ts'

export type Station = {
  readonly port: number
  readonly mqttPort: number
  /** Stops polling, ends the batch under way, commits and closes. Idempotent. */
  close(): Promise<void>
  /** The part that is being closed, for the log of a stop that hangs; null before. */
  closing(): string | null
}

/** Parts a test may bring instead of the real ones; each passes its port's suite. */
export type StationParts = {
  readonly pump?: (config: PumpConfig) => PumpDriver
  readonly camera?: (config: StationConfig['cameras'][number]) => Camera
  readonly reader?: () => Promise<PlateReader>
  readonly uplink?: Uplink
}

/**
 * Builds one station out of its parts and starts it: the composition root, the only place
 * that knows them all.
 *
 * @throws {Error} naming what could not be had: a port, the data directory, a capability.
 */
export async function startStation(
  config: EdgeConfig,
  deps: { readonly log: Logger; readonly onFatal: (error: unknown) => void },
  parts: StationParts = {},
): Promise<Station> {
  const closers: Closer[] = []
  let closing: string | null = null
  const close = once(async () => {
    for (const [part, closer] of closers.reverse()) {
      closing = part
      await closer()
    }
  })
  try {
    const ports = await build(config, { ...deps, closers }, parts)
    return { ...ports, close, closing: () => closing }
  } catch (error) {
    await close()
    throw error
  }
}

type BuildDeps = {
  readonly log: Logger
  readonly onFatal: (error: unknown) => void
  /** What to close, in the order it was opened. */
  readonly closers: Closer[]
}
/** A part's name and how it is closed. */
type Closer = readonly [part: string, close: () => unknown]
type Clock = { readonly now: () => Date; readonly random: () => number }

async function build(
  config: EdgeConfig,
  { log, onFatal, closers }: BuildDeps,
  parts: StationParts,
) {
  const { station } = config
  const clock: Clock = { now: () => new Date(), random: Math.random }
  const changes = createChanges()
  const steps = createJournalOfSteps()
  // The gauges are read by a scrape only, when everything they look at is there.
  const metrics = createMetrics({
    outboxDepth: () => store.outbox.depth(),
    setAside: () => store.outbox.setAsideCount(),
    isOnline: () => forwarder.state().online,
    pumpsOnline: () =>
      new Map(
        forecourt.pumps().map(({ config: pump, state }) => [pump.controllerId, state.online]),
      ),
  })
  const count = (rejection: string) => {
    steps.count(rejection)
    metrics.rejections.inc({ name: rejection })
  }
  const common = { ...clock, station, log, count, onChange: changes.changed }

  const store = openMemory({ ...common })
  closers.push(['store', () => store.close()])
  const uplink = parts.uplink ?? createUplink(config)
  closers.push(['uplink', () => uplink.close()])
  const senses = await openSenses({ ...common, closers }, parts)
  const forecourt = createForecourt({
    ...common,
    ...senses,
    store,
    uplink,
    steps,
    createPump: parts.pump ?? createPump,
    onStored(events) {
      for (const { type } of events) metrics.events.inc({ type })
      forwarder.wake()
    },
    onFatal,
  })
  const forwarder = createForwarder({
    ...common,
    uplink,
    outbox: store.outbox,
    onReceipts: (events) => events.forEach(forecourt.sent),
  })
  const settlements = createSettlementListener({
    ...common,
    uplink,
    store,
    show: forecourt.settle,
    publishReceipt: senses.telematics.publishReceipt,
    onAnswer: forwarder.lineReturned,
    onFailure: forwarder.lineFailed,
  })
  closers.push(
    ['forwarder', forwarder.close],
    ['fuelling points', forecourt.close],
    ['settlements', settlements.close],
  )

  const { telematics } = senses
  const view = createView({ ...common, store, uplink, steps, forecourt, forwarder, telematics })
  const api = createLocalApi({
    ...view,
    operate: forecourt.operate,
    metrics: metrics.registry,
    changes,
  })
  const server = await listen(api, station.http)
  closers.push(['local API', server.close])
  return { port: server.port, mqttPort: senses.telematics.port }
}

type Common = Clock & {
  readonly station: StationConfig
  readonly log: Logger
  readonly count: (rejection: string) => void
  readonly onChange: () => void
}

function openMemory({ station, now, log, count }: Common): Store {
  const store = openStore({
    path: station.dataDirectory,
    stationId: station.stationId,
    now,
    count,
    onStuck(error) {
      count('store_stuck')
      log.error({ err: error }, 'store takes no writes, trying again')
    },
  })
  if (store.damagedPath !== null) {
    count('store_damaged')
    log.error({ damagedPath: store.damagedPath }, 'store was damaged: kept aside, a new one begun')
  }
  return store
}

/** The cars' broker and the cameras with their reader. */
async function openSenses(deps: Common & Pick<BuildDeps, 'closers'>, parts: StationParts) {
  const { station, log, count, closers, now: clock } = deps
  const { host, port, vehicleTokenPublicKeyPem: publicKeyPem } = station.mqtt
  const telematics = await createTelematics({
    host,
    port,
    publicKeyPem,
    location: station.location,
    log: log.child({ part: 'telematics' }),
    clock,
    count,
  })
  closers.push(
    ['telematics', telematics.close],
    ['telematics view', telematics.onChange(deps.onChange)],
  )
  const reader = await (parts.reader ?? createOnnxPlateReader)()
  closers.push(['plate reader', () => reader.close()])
  const cameras = new Map(
    station.cameras.map((camera) => [camera.cameraId, (parts.camera ?? createCamera)(camera)]),
  )
  closers.push([
    'cameras',
    () => Promise.all([...cameras.values()].map((camera) => camera.close())),
  ])
  const plates = createPlateWatcher({
    cameras,
    reader,
    settings: station.plates,
    log: log.child({ part: 'plates' }),
    clock,
    count,
  })
  closers.push(['plate watcher', () => plates.close()])
  return { telematics, plates }
}

function createUplink({ station, uplinkToken: token }: EdgeConfig): Uplink {
  const { stationId, uplink } = station
  switch (uplink.kind) {
    case 'http':
      return createHttpUplink({ url: uplink.url, stationId, token })
    case 'nats':
      return createNatsUplink({ servers: uplink.servers, stationId, token })
  }
}

function createPump(config: PumpConfig): PumpDriver {
  const { controllerId, line } = config
  const fuellingPoints = config.fuellingPoints.map(({ fuellingPoint, unitId, nozzles }) => {
    return { fuellingPoint, unitId, nozzles: nozzles.map(({ nozzle }) => nozzle) }
  })
  return createModbusPump({
    controllerId,
    line,
    profile: loadProfile(config.profile),
    fuellingPoints,
  })
}

function createCamera(config: StationConfig['cameras'][number]): Camera {
  switch (config.kind) {
    case 'http':
      return createHttpCamera(config)
    case 'folder':
      return createFolderCamera(config)
  }
}

function once(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= task()
    return running
  }
}
