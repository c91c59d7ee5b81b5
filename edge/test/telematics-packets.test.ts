import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beforePacket, type PacketScan, scanPackets } from '../src/telematics/packet-scan.ts'

const packetBytesMax = 300

/** A packet with a body of so many bytes, its length as MQTT 3.1.1, section 2.2.3 writes it. */
function packetOf(bodyBytes: number): Buffer {
  const length: number[] = []
  let rest = bodyBytes
  do {
    const byte = rest % 128
    rest = Math.floor(rest / 128)
    length.push(rest > 0 ? byte | 0x80 : byte)
  } while (rest > 0)
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes, 0xff)])
}

const scanAll = (chunks: readonly Buffer[]) =>
  chunks.reduce<PacketScan>((scan, chunk) => scanPackets(scan, chunk, packetBytesMax), beforePacket)

function cutAt(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)]
  return places.map((from, index) => bytes.subarray(from, places[index + 1] ?? bytes.length))
}

const sizes = (max: number) => fc.array(fc.nat({ max }), { minLength: 1, maxLength: 8 })
const cuts = fc.array(fc.nat({ max: 5_000 }), { maxLength: 20 })

describe('a stream of packets, cut anywhere,', () => {
  test('passes while every packet is within the limit', () => {
    fc.assert(
      fc.property(sizes(packetBytesMax), cuts, (bodies, at) => {
        const stream = Buffer.concat(bodies.map(packetOf))
        expect(scanAll(cutAt(stream, at))).toEqual(beforePacket)
      }),
    )
  })

  test('is refused at the first packet beyond it, whatever comes after', () => {
    const large = fc.integer({ min: packetBytesMax + 1, max: 2_000 })
    fc.assert(
      fc.property(sizes(packetBytesMax), large, sizes(2_000), cuts, (before, size, after, at) => {
        const stream = Buffer.concat([...before, size, ...after].map(packetOf))
        expect(scanAll(cutAt(stream, at))).toEqual({ kind: 'refused', why: 'oversized' })
      }),
    )
  })
})

test('a packet is refused by its announced length, before any byte of its body', () => {
  const largestOfAll = [0x30, 0xff, 0xff, 0xff, 0x7f] // 256 MiB, MQTT's own limit.
  expect(scanAll([Buffer.from(largestOfAll)])).toEqual({ kind: 'refused', why: 'oversized' })
  expect(scanAll([packetOf(packetBytesMax + 1).subarray(0, 3)])).toMatchObject({ kind: 'refused' })
})

test('a length that never ends is malformed', () => {
  expect(scanAll([Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])])).toEqual({
    kind: 'refused',
    why: 'malformed',
  })
})
