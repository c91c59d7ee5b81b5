/** The ways to take a member's money. */
export { createSandboxGateway, outcomeOf, type SandboxGatewayParts } from './sandbox-gateway.ts'
export { type NoticeVerdict, type SandboxCharge, verifySandboxNotice } from './sandbox-notice.ts'
export { createStoredValueGateway } from './stored-value-gateway.ts'
