/** A Modbus TCP header is 6 bytes; what follows is at most unit id, function and 252 bytes. */
const headerBytes = 6
const bodyBytesMax = 254
const bodyBytesMin = 3

/** What a stretch of bytes brought: whole answers, and whether they can be Modbus at all. */
type FrameCount = { readonly frames: number; readonly garbled: boolean }

/**
 * Counts the answers in a stream of bytes, without looking into them. The Modbus client matches
 * answers to requests by an 8-bit number; knowing how many came is what lets us notice an answer
 * nobody asked for.
 *
 * @returns A function to feed every arriving chunk to; once garbled, always garbled. It holds
 *   back at most one incomplete answer of 260 bytes.
 */
export function createFrameCounter(): (chunk: Uint8Array) => FrameCount {
  let rest = new Uint8Array(0)
  let garbled = false
  return (chunk) => {
    let bytes = Buffer.concat([rest, chunk])
    let frames = 0
    while (!garbled && bytes.length >= headerBytes) {
      const body = bytes.readUInt16BE(4)
      garbled = bytes.readUInt16BE(2) !== 0 || body < bodyBytesMin || body > bodyBytesMax
      if (garbled || bytes.length < headerBytes + body) break
      frames += 1
      bytes = bytes.subarray(headerBytes + body)
    }
    rest = garbled ? new Uint8Array(0) : Uint8Array.from(bytes)
    return { frames, garbled }
  }
}
