export { type CameraServer, createCameraServer } from './camera-server.ts'
export type { View } from './frame-source.ts'
export { layoutPlate } from './plate-layout.ts'
