export { type Bell, createBell } from './bell.ts'
export { createSettlementPoll, type SettlementPoll } from './poll.ts'
export { settlementRoutes } from './routes.ts'
export { appendSettlement, type Decision, listNewest, listWaiting } from './settlements.repo.ts'
