/** Money: double entry in fen. Callers post transfers and ask balances; nothing is ever changed. */
export { fuelSalesOf, receivableFrom, topUps, walletOf } from './accounts.ts'
export { LedgerError } from './errors.ts'
export { balanceOf, findTransfer, postTransfer, type Transfer } from './ledger.repo.ts'
export type { LedgerTables } from './ledger.schema.ts'
export { listPosted } from './posted.repo.ts'
export { ledgerRoutes } from './routes.ts'
export { type LedgerVerification, verifyLedger } from './verification.repo.ts'
