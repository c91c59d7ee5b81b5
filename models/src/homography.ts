import type { Quad } from './quad.ts'

/**
 * The perspective that lays the unit square on a quad: (u, v) comes to
 * x = (a·u + b·v + c) / (g·u + h·v + 1) and y = (d·u + e·v + f) / (g·u + h·v + 1), in pixels.
 */
export type Homography = {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly e: number
  readonly f: number
  readonly g: number
  readonly h: number
}

/** Below this area in square pixels four corners are a line, and the map is kept affine. */
const areaMinPx = 1e-6

/** P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, section 2.2.3. */
export function homographyOnto(quad: Quad): Homography {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = quad
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const [dx1, dx2, dy1, dy2] = [x1 - x2, x3 - x2, y1 - y2, y3 - y2]
  const area = dx1 * dy2 - dx2 * dy1
  const isLine = Math.abs(area) < areaMinPx
  const g = isLine ? 0 : (sumX * dy2 - dx2 * sumY) / area
  const h = isLine ? 0 : (dx1 * sumY - sumX * dy1) / area
  return {
    a: x1 - x0 + g * x1,
    b: x3 - x0 + h * x3,
    c: x0,
    d: y1 - y0 + g * y1,
    e: y3 - y0 + h * y3,
    f: y0,
    g,
    h,
  }
}
