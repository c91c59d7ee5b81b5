/** A place on the Earth in degrees, WGS 84. */
export type Place = { readonly latitude: number; readonly longitude: number }

/** The Earth's mean radius (IUGG). */
const earthRadiusM = 6_371_009

/**
 * The great-circle distance by the haversine formula, in metres. The sphere is up to 0.5 % off
 * the ellipsoid: half a metre at the edge of a forecourt, far below any receiver's accuracy.
 */
export function distanceM(from: Place, to: Place): number {
  const latitude = radians(to.latitude - from.latitude)
  const longitude = radians(to.longitude - from.longitude)
  const chord =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitude / 2) ** 2
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(chord)))
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
