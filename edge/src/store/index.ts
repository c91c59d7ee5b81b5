/** The gateway's memory: from here a sale cannot be lost. */
export { StoreError } from './database.ts'
export { type Outbox, outboxLimits } from './outbox.ts'
export { type Change, openStore, type Recalled, type Store, type StoreDeps } from './store.ts'
