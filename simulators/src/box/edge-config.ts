import { type BoxFuellingPoint, cameraIdOf, controllersOf, host, stationPlace } from './layout.ts'

/** Everything the gateway's configuration file says, as its operators would write it. */
export function edgeConfigOf(station: {
  readonly stationId: string
  readonly dataDirectory: string
  readonly points: readonly BoxFuellingPoint[]
  readonly ports: { readonly edge: number; readonly mqtt: number; readonly cameras: number }
  readonly modbusPorts: ReadonlyMap<string, number>
  readonly uplink: { readonly kind: 'http' | 'nats'; readonly port: number }
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
        ? { kind: 'http', url: `http://${host}:${station.uplink.port}` }
        : { kind: 'nats', servers: [`nats://${host}:${station.uplink.port}`] },
    http: { host, port: station.ports.edge },
    mqtt: {
      host,
      port: station.ports.mqtt,
      vehicleTokenPublicKeyPem: station.vehicleTokenPublicKeyPem,
    },
    pumps: controllersOf(station.points).map(({ controllerId, profile, points }) => ({
      controllerId,
      profile,
      line: { kind: 'modbus-tcp', host, port: station.modbusPorts.get(controllerId) },
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
      url: `http://${host}:${station.ports.cameras}/${cameraIdOf(fuellingPoint)}.jpg`,
    })),
    plates: { readEveryMs: station.readEveryMs, framesMax: 4, agreeingFrames: 2 },
    logLevel: station.logLevel,
  }
}
