import { Fen, Millilitres, type SessionPhase, type StationSnapshot } from '@forecourt/contracts'
import type { StationConfig } from './config.ts'
import type { PollerState } from './pumps/poller.ts'
import type { PointState } from './session/fuelling-point.ts'
import { type Session, visitOf } from './session/index.ts'

type Config = StationConfig['pumps'][number]['fuellingPoints'][number]
type PointSnapshot = StationSnapshot['fuellingPoints'][number]

/** How a session looks to people: a denied visit still calls, a closing one still fuels. */
export function phaseOf(session: Session): SessionPhase {
  switch (session.status) {
    case 'idle':
    case 'calling':
    case 'authorising':
    case 'authorised':
    case 'fuelling':
      return session.status
    case 'denied':
      return 'calling'
    case 'closing':
      return 'fuelling'
  }
}

/** One fuelling point for the screen: the last reading, or `inoperative` while there is none. */
export function toPointSnapshot(
  controllerId: string,
  config: Config,
  state: PointState,
): PointSnapshot {
  const { reading, session, lastRefuel } = state
  const visit = visitOf(session)
  return {
    fuellingPoint: config.fuellingPoint,
    controllerId,
    releaseMode: config.releaseMode,
    cameraId: config.cameraId,
    state: reading?.state ?? 'inoperative',
    locked: reading?.locked ?? false,
    liftedNozzle: reading?.liftedNozzle ?? null,
    nozzles: config.nozzles,
    unitPriceFenPerLitre: reading?.unitPriceFenPerLitre ?? null,
    volumeMl: reading?.volumeMl ?? Millilitres.parse(0),
    amountFen: reading?.amountFen ?? Fen.parse(0),
    totaliserMl: reading?.totaliserMl ?? null,
    phase: phaseOf(session),
    refuelId: visit?.refuelId ?? null,
    identity: visit?.identity ?? { plates: [], vehicles: [] },
    lastRefuel,
  }
}

/** One controller for the screen. */
export function toPumpSnapshot(
  { controllerId, profile }: { readonly controllerId: string; readonly profile: string },
  state: PollerState,
): StationSnapshot['pumps'][number] {
  return { controllerId, profile, ...state }
}
