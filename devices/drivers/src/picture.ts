import { createHash } from 'node:crypto'

/** The largest picture a camera may hand over. A larger one is refused, not cut. */
export const pictureBytesMax = 16 * 1_024 * 1_024

const jpegStart = [0xff, 0xd8, 0xff]
const jpegEnd = [0xff, 0xd9]
const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** The last chunk of every PNG: length 0, `IEND`, its checksum. */
const pngEnd = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]
const riff = [0x52, 0x49, 0x46, 0x46]
const webp = [0x57, 0x45, 0x42, 0x50]

/**
 * Whether bytes are a picture we read, by how they begin and whether they are all there. It is
 * not decoded: what is inside is the plate reader's business.
 *
 * @returns `partial` for a picture that ends too early, as one still being written does.
 */
export function pictureState(bytes: Uint8Array): 'whole' | 'partial' | 'not_a_picture' {
  if (startsWith(bytes, jpegStart)) return hasJpegEnd(bytes) ? 'whole' : 'partial'
  if (startsWith(bytes, pngStart)) return endsWith(bytes, pngEnd) ? 'whole' : 'partial'
  if (startsWith(bytes, riff) && startsWith(bytes.subarray(8), webp)) {
    const size = Buffer.from(bytes.buffer, bytes.byteOffset).readUInt32LE(4)
    return bytes.length >= size + 8 ? 'whole' : 'partial'
  }
  return 'not_a_picture'
}

/** Two pictures with the same print are the same picture. */
export function pictureHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Some cameras pad a JPEG with zeros after its end marker. */
function hasJpegEnd(bytes: Uint8Array): boolean {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end -= 1
  return endsWith(bytes.subarray(0, end), jpegEnd)
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte)
}

function endsWith(bytes: Uint8Array, end: readonly number[]): boolean {
  const from = bytes.length - end.length
  return from >= 0 && end.every((byte, index) => bytes[from + index] === byte)
}
