export {
  type Audit,
  type BookedCharge,
  type Evidence,
  RecordedRefuel,
  type WitnessedDelivery,
} from './evidence.ts'
export { type Finding, isClean, judge, type Law, saleIdsOf, type Verdict } from './judge.ts'
