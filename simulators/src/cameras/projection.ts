/** A point of a picture or of a flat thing. */
export type Point = readonly [x: number, y: number]
/** Where a point of a flat thing appears in the picture. */
export type Projection = (point: Point) => Point
/** Top left, top right, bottom right, bottom left. */
export type Corners = readonly [Point, Point, Point, Point]

/**
 * The perspective that brings a rectangle's corners to four points of a picture (Heckbert 1989:
 * unit square to quadrilateral).
 *
 * @param corners - Convex, or points inside may appear at infinity.
 */
export function toCorners(width: number, height: number, corners: Corners): Projection {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3]
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2]
  const size = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / size
  const h = (dx1 * sy - sx * dy1) / size
  const [a, b] = [x1 - x0 + g * x1, x3 - x0 + h * x3]
  const [d, e] = [y1 - y0 + g * y1, y3 - y0 + h * y3]
  return ([x, y]) => {
    const [u, v] = [x / width, y / height]
    const w = g * u + h * v + 1
    return [(a * u + b * v + x0) / w, (d * u + e * v + y0) / w]
  }
}

/**
 * The projection near one point as an SVG transform: exact there, and good for things whose
 * depth hardly changes.
 */
export function asMatrix(project: Projection, [x, y]: Point): string {
  const [cx, cy] = project([x, y])
  const [ax, ay] = project([x + 1, y])
  const [bx, by] = project([x, y + 1])
  const [a, b, c, d] = [ax - cx, ay - cy, bx - cx, by - cy]
  const numbers = [a, b, c, d, cx - a * x - c * y, cy - b * x - d * y]
  return `matrix(${numbers.map((value) => value.toFixed(5)).join(' ')})`
}
