/** The ways to take a member's money. */
export { createSandboxGateway, outcomeOf } from './sandbox-gateway.ts'
export { verifySandboxNotice } from './sandbox-notice.ts'
export { createStoredValueGateway } from './stored-value-gateway.ts'
