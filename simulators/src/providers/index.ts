/** The payment provider to develop against: in this process, or as `main.ts` of its own. */
export type { Behaviour, Charge } from './charges.ts'
export { createSandbox, type Sandbox, type SandboxParts } from './sandbox.ts'
