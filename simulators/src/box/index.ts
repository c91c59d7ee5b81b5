export { attachBox, type Elsewhere, reachable } from './attached.ts'
export type { Box } from './box.ts'
export { ChildError } from './child.ts'
export type { CloudApi, MemberCard, PaymentMethod } from './cloud-api.ts'
export { claimPort, PortTakenError } from './free-port.ts'
export { CallError } from './http-call.ts'
export {
  anyPorts,
  type BoxFuellingPoint,
  type BoxPorts,
  cameraIdOf,
  fourPoints,
  host,
  stationPlace,
} from './layout.ts'
export { type BoxOptions, createBox, type OwnBox } from './own-processes.ts'
