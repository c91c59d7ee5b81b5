/** A rectangle of whole pixels, inside the frame. */
export type Box = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A layer with alpha, somewhere in the frame: 8-bit RGBA, rows from the top, not premultiplied. */
export type Layer = Box & { readonly rgba: Uint8Array }

/** Factors of red, green and blue. */
export type Gains = readonly [number, number, number]

/** Samples of a smear; more would not be seen. */
const tapsMax = 24

/** The layer as a shutter sees it that stays open while it moves by so many pixels. */
export function smear(layer: Layer, dx: number, dy: number): Layer {
  const taps = Math.min(tapsMax, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy))) + 1)
  if (taps < 2) return layer
  const sums = new Uint32Array(layer.rgba.length)
  for (let tap = 0; tap < taps; tap++) {
    const share = tap / (taps - 1) - 0.5
    addShifted(sums, layer, Math.round(dx * share), Math.round(dy * share))
  }
  const rgba = new Uint8Array(layer.rgba.length)
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = sums[i + 3] ?? 0
    if (alpha === 0) continue
    for (let c = 0; c < 3; c++) rgba[i + c] = (sums[i + c] ?? 0) / alpha
    rgba[i + 3] = alpha / taps
  }
  return { ...layer, rgba }
}

/** Adds the layer, moved, to sums of colour times alpha and of alpha. */
function addShifted(sums: Uint32Array, layer: Layer, dx: number, dy: number): void {
  const { width, height, rgba } = layer
  const columns = width - Math.abs(dx)
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
    const to = (y * width + Math.max(0, dx)) * 4
    const from = ((y - dy) * width + Math.max(0, -dx)) * 4
    addRow(sums.subarray(to, to + columns * 4), rgba.subarray(from, from + columns * 4))
  }
}

function addRow(sums: Uint32Array, rgba: Uint8Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] ?? 0
    if (alpha === 0) continue
    sums[i] = (sums[i] ?? 0) + (rgba[i] ?? 0) * alpha
    sums[i + 1] = (sums[i + 1] ?? 0) + (rgba[i + 1] ?? 0) * alpha
    sums[i + 2] = (sums[i + 2] ?? 0) + (rgba[i + 2] ?? 0) * alpha
    sums[i + 3] = (sums[i + 3] ?? 0) + alpha
  }
}

/** Light that reaches the lens: RGB, rows from the top, levels that may exceed 255. */
export type Scene = { readonly width: number; readonly height: number; readonly rgb: Float32Array }

/** Paints the layer, brightened, over the scene at its place. */
export function paintOver(scene: Scene, layer: Layer, gains: Gains): void {
  for (let y = 0; y < layer.height; y++) {
    const at = ((y + layer.top) * scene.width + layer.left) * 3
    const row = layer.rgba.subarray(y * layer.width * 4, (y + 1) * layer.width * 4)
    paintRow(scene.rgb.subarray(at, at + layer.width * 3), row, gains)
  }
}

function paintRow(rgb: Float32Array, rgba: Uint8Array, [red, green, blue]: Gains): void {
  for (let i = 0, j = 0; i < rgba.length; i += 4, j += 3) {
    const alpha = (rgba[i + 3] ?? 0) / 255
    if (alpha === 0) continue
    const rest = 1 - alpha
    rgb[j] = (rgb[j] ?? 0) * rest + (rgba[i] ?? 0) * red * alpha
    rgb[j + 1] = (rgb[j + 1] ?? 0) * rest + (rgba[i + 1] ?? 0) * green * alpha
    rgb[j + 2] = (rgb[j + 2] ?? 0) * rest + (rgba[i + 2] ?? 0) * blue * alpha
  }
}

export type Sensor = {
  readonly gain: number
  readonly tint: Gains
  readonly grey: boolean
  /** Standard deviation in levels. */
  readonly noise: number
  /** Share of the light that is fog's, 0 to 1, and how bright fog is. */
  readonly fog: number
  readonly fogLevel: number
  readonly seed: number
}

/** What the sensor makes of the light that reaches it: 8 bits, clipped, noisy. */
export function expose({ rgb }: Scene, sensor: Sensor): Uint8ClampedArray {
  const { gain, tint, grey, noise, fog, fogLevel, seed } = sensor
  const picture = new Uint8ClampedArray(rgb.length)
  const clear = (1 - fog) * gain
  const veil = fog * fogLevel
  const grains = noiseTable.subarray(seed % (noiseTable.length >> 1))
  for (let i = 0, at = 0; i < rgb.length; i += 3) {
    at = at + 1 + (i & 6)
    if (at + 13 >= grains.length) at = (i * 31) % 9_973
    const grain = (grains[at] ?? 0) * noise
    const speck = grey ? 0 : (grains[at + 13] ?? 0) * noise * 0.5
    let red = (rgb[i] ?? 0) * tint[0]
    let green = (rgb[i + 1] ?? 0) * tint[1]
    let blue = (rgb[i + 2] ?? 0) * tint[2]
    if (grey) red = green = blue = 0.3 * red + 0.59 * green + 0.11 * blue
    picture[i] = red * clear + veil + grain + speck
    picture[i + 1] = green * clear + veil + grain
    picture[i + 2] = blue * clear + veil + grain - speck
  }
  return picture
}

/** Normal deviates (Box–Muller over a fixed sequence), walked in a different order each frame. */
const noiseTable = Float32Array.from({ length: 65_521 }, (_, index) => {
  const uniform = (k: number) => {
    const mixed = Math.sin(k * 12.9898 + 78.233) * 43_758.5453
    return mixed - Math.floor(mixed)
  }
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(index * 2 + 1) * 0.999_999))
  return radius * Math.cos(2 * Math.PI * uniform(index * 2 + 2))
})
