/** Chinese stations keep their books in +08:00, all year: there is no summer time. */
const offsetMs = 8 * 3_600_000
const dayMs = 86_400_000

/** A calendar month in +08:00. */
export type Month = { readonly year: number; readonly month: number }

/** Midnight in +08:00 before an instant: where its business day began. */
export function dayStartOf(at: Date): Date {
  return new Date(Math.floor((at.getTime() + offsetMs) / dayMs) * dayMs - offsetMs)
}

export function monthOf(at: Date): Month {
  const local = new Date(at.getTime() + offsetMs)
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1 }
}

/** A month `count` months later; earlier when negative. */
export function addMonths({ year, month }: Month, count: number): Month {
  const index = year * 12 + (month - 1) + count
  return { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 }
}

/** The first instant of a month. */
export function monthStart({ year, month }: Month): Date {
  return new Date(Date.UTC(year, month - 1, 1) - offsetMs)
}

/** `20261123`: the day in +08:00, as it stands in a receipt's number. */
export function dayText(at: Date): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 10).replaceAll('-', '')
}
