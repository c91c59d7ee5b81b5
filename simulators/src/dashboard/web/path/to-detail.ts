import { EndingReason, RefuelCancelled } from '@forecourt/contracts'
import type { PathStep } from './to-path.ts'

const CancelReason = RefuelCancelled.shape.reason
type CancelReason = (typeof CancelReason.options)[number]

/** A step's figures, taken apart so that they can be shown in any language. */
export type Detail =
  | {
      readonly kind: 'plate'
      readonly plate: string
      readonly percent: string
      readonly frames: string
    }
  | { readonly kind: 'nozzle'; readonly nozzle: string; readonly grade: string }
  | { readonly kind: 'sale'; readonly volumeMl: number; readonly yuan: string }
  | { readonly kind: 'limit'; readonly yuan: string | null }
  | { readonly kind: 'denied'; readonly reason: EndingReason }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason }
  /** Names and ids, and whatever a newer gateway may say: shown as they are. */
  | { readonly kind: 'raw'; readonly text: string }

/**
 * Reads what the gateway wrote about a step. Null when it wrote nothing new: a sale that is
 * sent bears the id it was stored under.
 */
export function toDetail({ code, detail }: Pick<PathStep, 'code' | 'detail'>): Detail | null {
  if (detail === '' || code === 'sale_sent') return null
  return known(code, detail) ?? { kind: 'raw', text: detail }
}

function known(code: PathStep['code'], detail: string): Detail | null {
  switch (code) {
    case 'plate_read':
      return plate(detail)
    case 'lifted':
      return nozzle(detail)
    case 'hung_up':
      return sale(detail)
    case 'authorised':
      return limit(detail)
    case 'denied':
      return EndingReason.safeParse(detail).success
        ? { kind: 'denied', reason: EndingReason.parse(detail) }
        : null
    case 'cancelled':
      return CancelReason.safeParse(detail).success
        ? { kind: 'cancelled', reason: CancelReason.parse(detail) }
        : null
    case 'authorisation_asked':
    case 'fuelling':
    case 'vehicle_seen':
    case 'sale_stored':
    case 'sale_sent':
    case 'settled':
    case 'recovered':
    case 'alarm':
      return null
  }
}

/** `沪A12345 99 %, 3 frames` */
function plate(detail: string): Detail | null {
  const [, text = '', percent = '', frames = ''] =
    /^(\S+) (\d+) %, (\d+) frames$/.exec(detail) ?? []
  return text === '' ? null : { kind: 'plate', plate: text, percent, frames }
}

/** `nozzle 1, 92` */
function nozzle(detail: string): Detail | null {
  const [, number = '', grade = ''] = /^nozzle (\d+), (\S+)$/.exec(detail) ?? []
  return number === '' ? null : { kind: 'nozzle', nozzle: number, grade }
}

/** `40000 ml, ¥315.60`: the controller's own figures, only set differently. */
function sale(detail: string): Detail | null {
  const [, volumeMl = '', yuan = ''] = /^(\d+) ml, ¥(\d+\.\d\d)$/.exec(detail) ?? []
  return volumeMl === '' ? null : { kind: 'sale', volumeMl: Number(volumeMl), yuan }
}

/** `up to ¥500.00` or `no limit` */
function limit(detail: string): Detail | null {
  if (detail === 'no limit') return { kind: 'limit', yuan: null }
  const [, yuan = ''] = /^up to ¥(\d+\.\d\d)$/.exec(detail) ?? []
  return yuan === '' ? null : { kind: 'limit', yuan }
}
