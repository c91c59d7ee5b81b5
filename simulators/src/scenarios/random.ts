/** A stream of numbers that is the same for the same seed, on every machine. */
export type Random = {
  /** From 0 up to but not including 1. */
  next(): number
  /** A whole number between both, both included. */
  between(low: number, high: number): number
  pick<T>(choices: readonly [T, ...(readonly T[])]): T
}

/** Mulberry32 (Tommy Ettinger, public domain): small, and even enough for scenarios. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
  }
}

/** A seed from a text (FNV-1a), so that the same plate always gives the same car. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}
