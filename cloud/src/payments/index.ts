export type { Backoff } from './backoff.ts'
export { chargeRoutes } from './charge-routes.ts'
export {
  countJobs,
  insertIntent,
  listIntentsOf,
  lockIntent,
  sumChargesSince,
} from './charges.repo.ts'
export type { PaymentGateway } from './gateway.ts'
export { type ChargeIntent, intentIdOf } from './intent.ts'
export { noticePath, noticeRoutes } from './notice-routes.ts'
export { receiptRoutes } from './receipt-routes.ts'
export type { Recorded } from './record-outcome.ts'
export { walletRoutes } from './wallet-routes.ts'
export { type ChargeWorker, createChargeWorker, type WorkerSettings } from './worker.ts'
