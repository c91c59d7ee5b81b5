import {
  type ControllerSale,
  Fen,
  FenPerLitre,
  type FuellingPointReading,
  Millilitres,
  Plate,
  type PlateVote,
  type ReleaseMode,
  type Sale,
  type StationFact,
} from '@forecourt/contracts'
import { idle, type Point, reduce, type Session, type SessionInput } from '../src/session/index.ts'
import type { Change } from '../src/store/index.ts'

/** Small builders of one visit's parts; every test says only what matters to it. */
export const at = '2026-11-23T08:00:00.000Z'
export const priceFenPerLitre = FenPerLitre.parse(789)
export const refuelId = (n: number) => `01930000-0000-7000-8000-${String(n).padStart(12, '0')}`
export const later = (ms: number) => new Date(Date.parse(at) + ms).toISOString()

export const point = (over: Partial<Point> = {}): Point => ({
  controllerId: 'pump-a',
  fuellingPoint: 1,
  releaseMode: 'postpay',
  nozzles: [{ nozzle: 1, grade: '92' }],
  agreeingFrames: 2,
  ...over,
})

export const lifted = (n = 1, releaseMode: ReleaseMode = 'postpay'): SessionInput => ({
  type: 'lifted',
  at,
  refuelId: refuelId(n),
  fuellingPoint: 1,
  nozzle: 1,
  grade: '92',
  unitPriceFenPerLitre: priceFenPerLitre,
  releaseMode,
  agreeingFrames: 2,
  totaliserBeforeMl: Millilitres.parse(1_000_000),
})

export const sale = (n: number, over: Partial<Sale> = {}): Sale => ({
  saleId: `pump-a/1/1/${n}/t${1_000_000 + n * 20_000}`,
  controllerId: 'pump-a',
  fuellingPoint: 1,
  transactionNumber: n,
  nozzle: 1,
  grade: '92',
  volumeMl: Millilitres.parse(20_000),
  unitPriceFenPerLitre: priceFenPerLitre,
  amountFen: Fen.parse(15_780),
  endReason: 'hung_up',
  totaliserMl: Millilitres.parse(1_000_000 + n * 20_000),
  startedAt: at,
  endedAt: at,
  ...over,
})

export const vote = (text = '皖A12345', frames = 2): PlateVote => ({
  plate: Plate.parse(text),
  confidence: 0.99,
  frames,
  colour: 'blue',
  raw: text,
})
export const platesSeen = (...plates: readonly PlateVote[]): SessionInput => ({
  type: 'plates_seen',
  plates,
})

export const controllerSale = (over: Partial<ControllerSale> = {}): ControllerSale => ({
  transactionNumber: 7,
  nozzle: 1,
  volumeMl: Millilitres.parse(20_000),
  unitPriceFenPerLitre: priceFenPerLitre,
  amountFen: Fen.parse(15_780),
  endReason: 'hung_up',
  totaliserMl: Millilitres.parse(1_020_000),
  ...over,
})

/** A change that says nothing but what is given. */
export const change = (over: Partial<Change> = {}): Change => ({
  fuellingPoint: 1,
  at,
  inputs: [],
  facts: [],
  observed: null,
  journal: 'keep',
  lastRefuel: null,
  ...over,
})

export const reading = (over: Partial<FuellingPointReading> = {}): FuellingPointReading => ({
  fuellingPoint: 1,
  state: 'idle',
  liftedNozzle: null,
  locked: false,
  unitPriceFenPerLitre: priceFenPerLitre,
  volumeMl: Millilitres.parse(0),
  amountFen: Fen.parse(0),
  totaliserMl: Millilitres.parse(1_000_000),
  lastSale: null,
  ...over,
})

/** Runs inputs and gathers what came out, as the shell would. */
export function run(inputs: readonly SessionInput[], from: Session = idle) {
  let session = from
  const effects = []
  for (const input of inputs) {
    const step = reduce(session, input)
    session = step.session
    effects.push(...step.effects)
  }
  const facts: readonly StationFact[] = effects.flatMap((effect) =>
    effect.type === 'emit' ? [effect.fact] : [],
  )
  return { session, effects, facts, types: facts.map((fact) => fact.type) }
}
