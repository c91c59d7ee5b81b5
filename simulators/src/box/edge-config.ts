import { type BoxFuellingPoint, cameraIdOf, controllersOf, stationPlace } from './layout.ts'

/** Everything the gateway's configuration file says, as its operators would write it. */
export function edgeConfigOf(station: {
  readonly stationId: string
  readonly dataDirectory: string
  readonly points: readonly BoxFuellingPoint[]
  readonly ports: { readonly edge: number; readonly mqtt: number }
  /** The address the gateway's own doors listen on. */
  readonly listenOn: string
  /** Where the gateway finds pumps and cameras. */
  readonly devicesAt: string
  readonly camerasPort: number
  readonly modbusPorts: ReadonlyMap<string, number>
  readonly uplink: { readonly kind: 'http' | 'nats'; readonly url: string }
  readonly vehicleTokenPublicKeyPem: string
  readonly readEveryMs: number
  readonly logLevel: string
}) {
  return {
    stationId: station.stationId,
    location: stationPlace,
    dataDirectory: station.dataDirectory,
    uplink:
      station.uplink.kind === 'http'
        ? { kind: 'http', url: station.uplink.url }
        : { kind: 'nats', servers: [station.uplink.url] },
    http: { host: station.listenOn, port: station.ports.edge },
    mqtt: {
      host: station.listenOn,
      port: station.ports.mqtt,
      vehicleTokenPublicKeyPem: station.vehicleTokenPublicKeyPem,
    },
    pumps: controllersOf(station.points).map(({ controllerId, profile, points }) => ({
      controllerId,
      profile,
      line: {
        kind: 'modbus-tcp',
        host: station.devicesAt,
        port: station.modbusPorts.get(controllerId),
      },
      pollEveryMs: 100,
      // Generous: on a busy laptop a simulated pump answers late, and a real one would not.
      timeoutMs: 2_000,
      fuellingPoints: points.map(({ fuellingPoint, unitId, releaseMode, nozzles }) => ({
        fuellingPoint,
        unitId,
        releaseMode,
        cameraId: cameraIdOf(fuellingPoint),
        nozzles: nozzles.map(({ nozzle, grade }) => ({ nozzle, grade })),
      })),
    })),
    cameras: station.points.map(({ fuellingPoint }) => ({
      cameraId: cameraIdOf(fuellingPoint),
      kind: 'http',
      url: `http://${station.devicesAt}:${station.camerasPort}/${cameraIdOf(fuellingPoint)}.jpg`,
    })),
    plates: { readEveryMs: station.readEveryMs, framesMax: 4, agreeingFrames: 2 },
    logLevel: station.logLevel,
  }
}
