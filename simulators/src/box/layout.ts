import type { ReleaseMode } from '@forecourt/contracts'

export type BoxNozzle = {
  readonly nozzle: number
  readonly grade: string
  readonly unitPriceFenPerLitre: number
}

/** One fuelling point of a simulated station. One camera looks at each: `cam-{fuellingPoint}`. */
export type BoxFuellingPoint = {
  readonly fuellingPoint: number
  readonly controllerId: string
  /** Name of a register profile in `devices/drivers/profiles`. */
  readonly profile: string
  readonly releaseMode: ReleaseMode
  readonly nozzles: readonly BoxNozzle[]
}

/** Ports on 127.0.0.1; 0 takes any free one. Modbus takes one a controller, counting up. */
export type BoxPorts = {
  readonly cloud: number
  readonly edge: number
  readonly sandbox: number
  readonly mqtt: number
  readonly modbus: number
  readonly cameras: number
  readonly proxy: number
}

export const anyPorts: BoxPorts = {
  cloud: 0,
  edge: 0,
  sandbox: 0,
  mqtt: 0,
  modbus: 0,
  cameras: 0,
  proxy: 0,
}

/** People's Square, Shanghai: where every simulated station stands. */
export const stationPlace = { latitude: 31.2304, longitude: 121.4737, radiusM: 120 } as const

export const host = '127.0.0.1'

/**
 * The forecourt everybody knows: four fuelling points, two controllers of different makes, one
 * point that delivers only when authorised.
 */
export const fourPoints: readonly BoxFuellingPoint[] = [
  {
    fuellingPoint: 1,
    controllerId: 'pump-a',
    profile: 'forecourt-v1',
    releaseMode: 'postpay',
    nozzles: [
      { nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 },
      { nozzle: 2, grade: '95', unitPriceFenPerLitre: 839 },
    ],
  },
  {
    fuellingPoint: 2,
    controllerId: 'pump-a',
    profile: 'forecourt-v1',
    releaseMode: 'on_authorisation',
    nozzles: [
      { nozzle: 1, grade: '92', unitPriceFenPerLitre: 789 },
      { nozzle: 2, grade: '98', unitPriceFenPerLitre: 939 },
    ],
  },
  {
    fuellingPoint: 3,
    controllerId: 'pump-b',
    profile: 'compac-c5000',
    releaseMode: 'postpay',
    nozzles: [{ nozzle: 1, grade: '95', unitPriceFenPerLitre: 839 }],
  },
  {
    fuellingPoint: 4,
    controllerId: 'pump-b',
    profile: 'compac-c5000',
    releaseMode: 'postpay',
    nozzles: [{ nozzle: 1, grade: '0', unitPriceFenPerLitre: 751 }],
  },
]

export function cameraIdOf(fuellingPoint: number): string {
  return `cam-${fuellingPoint}`
}

/** The controllers of a layout, each with its points, in order. One unit id is one point. */
export function controllersOf(points: readonly BoxFuellingPoint[]): readonly {
  readonly controllerId: string
  readonly profile: string
  readonly points: readonly (BoxFuellingPoint & { readonly unitId: number })[]
}[] {
  const groups = Map.groupBy(points, (point) => point.controllerId)
  return [...groups].map(([controllerId, group]) => ({
    controllerId,
    profile: group[0]?.profile ?? '',
    points: group.map((point, index) => ({ ...point, unitId: index + 1 })),
  }))
}
