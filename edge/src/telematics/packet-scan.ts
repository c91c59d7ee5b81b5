/**
 * Where a stream of MQTT bytes stands: before a packet, within its length, or with so much of
 * its body still to come. `refused` is final.
 *
 * MQTT 3.1.1, section 2.2.3: the length is one to four bytes of seven bits each, the lowest
 * first, the eighth bit saying that another follows; 256 MiB at most.
 */
export type PacketScan =
  | { readonly kind: 'between' }
  | { readonly kind: 'length'; readonly bytes: number; readonly value: number }
  | { readonly kind: 'body'; readonly bytesLeft: number }
  | { readonly kind: 'refused'; readonly why: 'oversized' | 'malformed' }

export const beforePacket: PacketScan = { kind: 'between' }

/**
 * Follows the packets' lengths through one more chunk, so that a packet announced too large is
 * refused before its body is buffered. Chunks may be cut anywhere.
 *
 * @param packetBytesMax - The largest body of a packet that passes.
 */
export function scanPackets(
  start: PacketScan,
  chunk: Uint8Array,
  packetBytesMax: number,
): PacketScan {
  let scan = start
  let offset = 0
  while (offset < chunk.length && scan.kind !== 'refused') {
    if (scan.kind === 'body') {
      const taken = Math.min(scan.bytesLeft, chunk.length - offset)
      scan = bodyOf(scan.bytesLeft - taken)
      offset += taken
    } else {
      scan =
        scan.kind === 'between'
          ? beginLength()
          : addLength(scan, chunk[offset] ?? 0, packetBytesMax)
      offset += 1
    }
  }
  return scan
}

const beginLength = (): PacketScan => ({ kind: 'length', bytes: 0, value: 0 })

function addLength(
  scan: { readonly bytes: number; readonly value: number },
  byte: number,
  packetBytesMax: number,
): PacketScan {
  const value = scan.value + (byte & 0x7f) * 128 ** scan.bytes
  const bytes = scan.bytes + 1
  if (value > packetBytesMax) return { kind: 'refused', why: 'oversized' }
  if ((byte & 0x80) === 0) return bodyOf(value)
  return bytes === 4 ? { kind: 'refused', why: 'malformed' } : { kind: 'length', bytes, value }
}

function bodyOf(bytesLeft: number): PacketScan {
  return bytesLeft === 0 ? beforePacket : { kind: 'body', bytesLeft }
}
