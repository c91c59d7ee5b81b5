/** Millilitres as a pump shows them: `40.00`. Whole numbers throughout; 5 ml round up. */
export function toLitresText(volumeMl: number): string {
  const hundredths = Math.floor((volumeMl + 5) / 10)
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
}

/** A span as people say it at a glance: `840 ms`, `3.2 s`, `4:05`, `1:02:30`. */
export function toSpanText(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 60) return `${seconds}.${Math.floor((ms % 1_000) / 100)} s`
  return toClockSpan(seconds)
}

/** Seconds as `4:05`, from an hour on `1:02:30`. */
export function toClockSpan(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** A plate as it is painted: a dot between the office and the serial. */
export function toPlateText(plate: string): string {
  return /^[\u4e00-\u9fff][A-Z]/.test(plate) ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate
}
