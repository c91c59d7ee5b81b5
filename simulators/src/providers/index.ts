/** The payment provider to develop against: in this process, or as `main.ts` of its own. */
export { createSandbox, type Sandbox } from './sandbox.ts'
