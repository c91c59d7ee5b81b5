import type { SessionStep, StationSnapshot } from '@forecourt/contracts'
import { StationSnapshot as StationSnapshotSchema } from '@forecourt/contracts'
import type {
  World,
  WorldAction,
  WorldError,
  WorldPump,
  WorldSnapshot,
} from '../src/world/world.ts'

const startedAt = '2026-03-02T02:00:00.000Z'
/** The instant `seconds` after the scripted world began. */
export const instantAt = (seconds: number) =>
  new Date(Date.parse(startedAt) + Math.round(seconds * 1_000)).toISOString()

export const refuelIds = {
  running: '019caa10-0000-7000-8000-000000000001',
  charged: '019caa10-0000-7000-8000-000000000002',
  payable: '019caa10-0000-7000-8000-000000000003',
  pending: '019caa10-0000-7000-8000-000000000004',
} as const

/** A world that stands still until the test moves it, and remembers what it was asked to do. */
export type ScriptedWorld = World & {
  readonly asked: readonly WorldAction[]
  /** How many watch it now. */
  watchers(): number
  set(change: Partial<WorldSnapshot>): void
  setPump(fuellingPoint: number, change: Partial<WorldPump>): void
  /** The next action is refused with this error. */
  refuseNext(error: WorldError): void
}

export function createScriptedWorld(first: WorldSnapshot = busyForecourt()): ScriptedWorld {
  let snapshot = first
  let refusal: WorldError | null = null
  const asked: WorldAction[] = []
  const listeners = new Set<() => void>()
  const set = (change: Partial<WorldSnapshot>) => {
    snapshot = { ...snapshot, ...change }
    for (const listener of listeners) listener()
  }
  return {
    asked,
    watchers: () => listeners.size,
    snapshot: () => snapshot,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async act(action) {
      const error = refusal
      refusal = null
      if (error !== null) throw error
      asked.push(action)
      if (action.type === 'set_uplink') set({ uplink: action.uplink })
      if (action.type === 'set_autopilot') set({ autopilot: action.autopilot })
    },
    async close() {},
    set,
    setPump(fuellingPoint, change) {
      const pumps = snapshot.pumps.map((pump) =>
        pump.fuellingPoint === fuellingPoint ? { ...pump, ...change } : pump,
      )
      set({ pumps })
    },
    refuseNext(error) {
      refusal = error
    },
  }
}

const grades = [
  { nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 },
  { nozzle: 2, grade: '95', unitPriceFenPerLitre: 839 },
] as const

function pumpAt(fuellingPoint: number, change: Partial<WorldPump> = {}): WorldPump {
  return {
    fuellingPoint,
    controllerId: fuellingPoint < 3 ? 'pump-a' : 'pump-b',
    profile: 'forecourt-v1',
    state: 'idle',
    liftedNozzle: null,
    nozzles: grades,
    volumeMl: 0,
    amountFen: 0,
    locked: false,
    carId: null,
    ...change,
  }
}

/** Nothing has happened and the gateway is not there yet. */
export function startingForecourt(): WorldSnapshot {
  return {
    at: instantAt(2),
    startedAt,
    autopilot: 'on',
    uplink: 'up',
    pumps: [1, 2, 3, 4].map((number) => pumpAt(number)),
    cars: [],
    members: [],
    refuels: [],
    counts: {
      refuels: 0,
      charged: 0,
      payable: 0,
      pending: 0,
      cancelled: 0,
      lost: 0,
      doubleCharged: 0,
      wrongAmount: 0,
    },
    station: null,
  }
}

/** Four bays in four situations: fuelling, calling, arriving, filled. */
export function busyForecourt(): WorldSnapshot {
  return {
    ...startingForecourt(),
    at: instantAt(754),
    pumps: [
      pumpAt(1, {
        state: 'fuelling',
        liftedNozzle: 1,
        volumeMl: 40_000,
        amountFen: 31_560,
        carId: 'car-1',
      }),
      pumpAt(2, { state: 'calling', liftedNozzle: 2, carId: 'car-2', locked: true }),
      pumpAt(3, { carId: 'car-3' }),
      pumpAt(4, { volumeMl: 31_270, amountFen: 26_236 }),
    ],
    cars: [
      car('car-1', '沪A12345', '王小明', 1, 'fuelling', true),
      car('car-2', '沪AD12345', '李雷', 2, 'at_pump', true),
      car('car-3', '苏E8K66F', null, 3, 'at_pump', false),
    ],
    members: [
      member('m-1', '王小明', '沪A12345', 'sandbox', 'pays', null),
      member('m-2', '李雷', '沪AD12345', 'stored_value', null, 120_050),
      member('m-3', '韩梅梅', '浙B0K3Q8', 'sandbox', 'refuses', null),
      member('m-4', '张伟', '粤B66D21', 'sandbox', 'times_out', null),
    ],
    refuels: refuels(),
    counts: {
      refuels: 128,
      charged: 111,
      payable: 14,
      pending: 1,
      cancelled: 2,
      lost: 0,
      doubleCharged: 0,
      wrongAmount: 0,
    },
    station: stationSnapshot(),
  }
}

function car(
  carId: string,
  plate: string,
  memberName: string | null,
  fuellingPoint: number,
  status: 'arriving' | 'at_pump' | 'fuelling' | 'leaving',
  flapOpen: boolean,
): WorldSnapshot['cars'][number] {
  const connected = memberName === null ? 'no' : 'yes'
  return {
    carId,
    vehicleId: memberName === null ? null : carId,
    plate,
    memberName,
    connected,
    status,
    fuellingPoint,
    levelMl: 38_000,
    tankCapacityMl: 60_000,
    flapOpen,
  }
}

function member(
  memberId: string,
  displayName: string,
  plate: string,
  payment: 'stored_value' | 'sandbox',
  behaviour: WorldSnapshot['members'][number]['behaviour'],
  balanceFen: number | null,
): WorldSnapshot['members'][number] {
  return { memberId, displayName, plate, payment, behaviour, balanceFen }
}

function refuels(): WorldSnapshot['refuels'] {
  const base = {
    fuellingPoint: 4,
    plate: '浙B0K3Q8',
    memberName: '韩**',
    volumeMl: 31_270,
    amountFen: 26_236,
    ending: null,
    reason: null,
    receiptNumber: null,
    hangUpAt: instantAt(741),
    settledAt: null,
    hangUpToSettledMs: null,
  } as const
  return [
    { ...base, refuelId: refuelIds.pending, ending: 'pending', reason: 'provider_unknown' },
    {
      ...base,
      refuelId: refuelIds.charged,
      fuellingPoint: 1,
      plate: '沪AD12345',
      memberName: '李*',
      volumeMl: 40_000,
      amountFen: 31_560,
      ending: 'charged',
      receiptNumber: 'R-20260302-000111',
      hangUpAt: instantAt(702),
      settledAt: instantAt(702.312),
      hangUpToSettledMs: 312,
    },
    {
      ...base,
      refuelId: refuelIds.payable,
      fuellingPoint: 3,
      plate: null,
      memberName: null,
      volumeMl: 9_990,
      amountFen: 7_882,
      ending: 'payable',
      reason: 'no_plate',
      hangUpAt: instantAt(655),
      settledAt: instantAt(655.2),
      hangUpToSettledMs: 204,
    },
  ]
}

function step(
  seconds: number,
  fuellingPoint: number,
  refuelId: string,
  code: SessionStep['code'],
  detail = '',
): SessionStep {
  return { at: instantAt(seconds), fuellingPoint, refuelId, code, detail }
}

/** What the gateway of the busy forecourt would answer; held to the contract's own schema. */
export function stationSnapshot(change: Partial<StationSnapshot> = {}): StationSnapshot {
  const { running, pending } = refuelIds
  return StationSnapshotSchema.parse({
    stationId: 'demo-1',
    edgeId: '7f1b6a52-6c0e-4c52-9d0b-0e0d2f6f2b11',
    at: instantAt(754),
    uplink: {
      kind: 'http',
      online: true,
      outboxDepth: 0,
      setAside: 0,
      lastReceiptAt: instantAt(741.4),
    },
    pumps: [],
    fuellingPoints: [
      point(1, { state: 'fuelling', refuelId: running, phase: 'fuelling', liftedNozzle: 1 }),
      point(2, {}),
      point(3, {}),
      point(4, {
        lastRefuel: {
          refuelId: pending,
          saleId: 'pump-b:4:77:1',
          grade: '95',
          volumeMl: 31_270,
          amountFen: 26_236,
          plate: '浙B0K3Q8',
          endedAt: instantAt(741),
          ending: 'pending',
          reason: 'provider_unknown',
          receiptNumber: null,
          memberName: '韩**',
          settledAt: null,
        },
      }),
    ],
    vehicles: [],
    steps: [
      step(700, 4, pending, 'lifted', 'nozzle 2, 95'),
      step(701.4, 4, pending, 'plate_read', '浙B0K3Q8 98 %, 4 frames'),
      step(703, 4, pending, 'fuelling'),
      step(741, 4, pending, 'hung_up', '31270 ml, ¥262.36'),
      step(741.02, 4, pending, 'sale_stored', 'pump-b:4:77:1772416882'),
      step(741.4, 4, pending, 'sale_sent', 'pump-b:4:77:1772416882'),
      step(742.1, 4, pending, 'settled', 'pending'),
      step(731, 1, running, 'lifted', 'nozzle 1, 92'),
      step(732.2, 1, running, 'plate_read', '沪A12345 41 %, 1 frames'),
      step(733.2, 1, running, 'plate_read', '沪A12345 99 %, 3 frames'),
      step(734.9, 1, running, 'fuelling'),
      step(735.1, 1, running, 'vehicle_seen', 'car-1'),
    ],
    rejections: {},
    ...change,
  })
}

function point(fuellingPoint: number, change: Record<string, unknown>) {
  return {
    fuellingPoint,
    controllerId: 'pump-a',
    releaseMode: 'postpay',
    cameraId: null,
    state: 'idle',
    locked: false,
    liftedNozzle: null,
    nozzles: [],
    unitPriceFenPerLitre: null,
    volumeMl: 0,
    amountFen: 0,
    totaliserMl: null,
    phase: 'idle',
    refuelId: null,
    identity: { plates: [], vehicles: [] },
    lastRefuel: null,
    ...change,
  }
}
