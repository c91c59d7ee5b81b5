/** The way to the cloud and what travels on it. */
export { createForwarder, type Forwarder } from './forward.ts'
export { createHttpUplink } from './http-uplink.ts'
export { createNatsUplink } from './nats-uplink.ts'
export { createSettlementListener } from './settle.ts'
