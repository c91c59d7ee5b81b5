import data from './plate-outlines.json' with { type: 'json' }

/**
 * How plates print a character: `single` on one-row plates, `new_energy` a little narrower,
 * `upper` and `lower` on the two rows of trucks, buses, trailers and farm machines.
 */
export type OutlineStyle = 'single' | 'new_energy' | 'upper' | 'lower'

/** A character as an SVG path of straight lines, to be filled by the even-odd rule. */
export type Outline = {
  /** The cell that the ink fills, in the path's own units: tenths of a millimetre. */
  readonly width: number
  readonly height: number
  readonly path: string
}

/**
 * The outline of one character. Machines that draw plates may have no Chinese font at all. A
 * style that lacks the character (the upper row has no digits, 学 comes on one row only) lends
 * it from `single`; `O` has the shape of `0` and `I` that of `1`, as on real plates.
 *
 * @throws {RangeError} for a character that stands on no plate we know.
 */
export function plateOutline(character: string, style: OutlineStyle): Outline {
  const shape = alikes[character] ?? character
  const own = outlineIn(shape, style) ?? outlineIn(shape, 'single')
  if (own === null)
    throw new RangeError(`no plate character "${character}"; see plate-outlines.json`)
  return own
}

const alikes: Readonly<Record<string, string>> = { O: '0', I: '1' }

function outlineIn(character: string, style: OutlineStyle): Outline | null {
  const paths: Readonly<Record<string, string>> = data.styles[style]
  const path = paths[character]
  const [width = 0, height = 0] = data.cells[style]
  return path === undefined ? null : { width, height, path }
}
