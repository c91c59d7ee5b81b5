import type { VehicleReceipt } from '@forecourt/contracts'

/** A receipt on its way to a car. `sent` holds for the present connection only. */
type Letter = { readonly receipt: VehicleReceipt; readonly sent: boolean }

/** Receipts cars have not confirmed, oldest first. */
export type ReceiptBox = ReadonlyMap<string, readonly Letter[]>

export const emptyBox: ReceiptBox = new Map()

/**
 * A car has few refuels open at once, and a station few cars that refuelled and fell silent.
 * At either limit the oldest is dropped and counted: the member's app shows the receipt too.
 */
export const receiptBoxLimits = { lettersPerVehicleMax: 4, vehiclesMax: 500 } as const

/** Puts a receipt in, and says how many older ones had to go. */
export function putLetter(
  box: ReceiptBox,
  vehicleId: string,
  receipt: VehicleReceipt,
): { readonly box: ReceiptBox; readonly dropped: number } {
  const letters = [...(box.get(vehicleId) ?? []), { receipt, sent: false }]
  const kept = letters.slice(-receiptBoxLimits.lettersPerVehicleMax)
  const next = new Map(box)
  next.delete(vehicleId) // Set anew, so that the map's first car is the one served longest ago.
  next.set(vehicleId, kept)
  const [first] = next
  if (next.size <= receiptBoxLimits.vehiclesMax || first === undefined) {
    return { box: next, dropped: letters.length - kept.length }
  }
  next.delete(first[0])
  return { box: next, dropped: letters.length - kept.length + first[1].length }
}

/** The receipts a car has not been sent on its present connection; they count as sent from now on. */
export function takeUnsent(
  box: ReceiptBox,
  vehicleId: string,
): { readonly box: ReceiptBox; readonly receipts: readonly VehicleReceipt[] } {
  const letters = box.get(vehicleId) ?? []
  const receipts = letters.filter(({ sent }) => !sent).map(({ receipt }) => receipt)
  return {
    box: replace(
      box,
      vehicleId,
      letters.map(({ receipt }) => ({ receipt, sent: true })),
    ),
    receipts,
  }
}

/** The car confirmed the oldest receipt it was sent: MQTT confirms in order ([MQTT-4.6.0-2]). */
export function confirmOldest(box: ReceiptBox, vehicleId: string): ReceiptBox {
  const letters = box.get(vehicleId) ?? []
  const oldest = letters.findIndex(({ sent }) => sent)
  return oldest === -1 ? box : replace(box, vehicleId, letters.toSpliced(oldest, 1))
}

/** The connection is gone: what it did not confirm must be sent again on the next. */
export function markUnsent(box: ReceiptBox, vehicleId: string): ReceiptBox {
  const letters = box.get(vehicleId) ?? []
  return replace(
    box,
    vehicleId,
    letters.map(({ receipt }) => ({ receipt, sent: false })),
  )
}

function replace(box: ReceiptBox, vehicleId: string, letters: readonly Letter[]): ReceiptBox {
  if (letters.length === 0 && !box.has(vehicleId)) return box
  const next = new Map(box)
  if (letters.length === 0) next.delete(vehicleId)
  else next.set(vehicleId, letters)
  return next
}
