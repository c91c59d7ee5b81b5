import type { VehicleReceipt } from '@forecourt/contracts'
import {
  confirmOldest,
  emptyBox,
  markUnsent,
  putLetter,
  type ReceiptBox,
  takeUnsent,
} from './receipt-box.ts'

/** A car that hears its receipts now. At `qos` 0 it confirms nothing, so sent is delivered. */
type Ear = {
  readonly qos: number
  readonly send: (vehicleId: string, payload: string) => Promise<void>
}

/** Brings receipts to cars, each until its car confirmed it or the box is full. */
type ReceiptPost = {
  publish(vehicleId: string, receipt: VehicleReceipt): Promise<void>
  onListening(vehicleId: string, ear: Ear): void
  onDeaf(vehicleId: string): void
  onConfirmed(vehicleId: string): void
}

export function createReceiptPost(deps: {
  readonly count: (rejection: string) => void
}): ReceiptPost {
  const ears = new Map<string, Ear>()
  let box: ReceiptBox = emptyBox

  async function send(vehicleId: string): Promise<void> {
    const ear = ears.get(vehicleId)
    if (ear === undefined) return
    const taken = takeUnsent(box, vehicleId)
    box = taken.box
    for (const receipt of taken.receipts) {
      await ear.send(vehicleId, JSON.stringify(receipt))
      if (ear.qos === 0) box = confirmOldest(box, vehicleId)
    }
  }

  return {
    async publish(vehicleId, receipt) {
      const put = putLetter(box, vehicleId, receipt)
      box = put.box
      for (let dropped = 0; dropped < put.dropped; dropped++) deps.count('receipt_dropped')
      await send(vehicleId)
    },
    onListening(vehicleId, ear) {
      ears.set(vehicleId, ear)
      void send(vehicleId)
    },
    onDeaf(vehicleId) {
      ears.delete(vehicleId)
      box = markUnsent(box, vehicleId)
    },
    onConfirmed(vehicleId) {
      box = confirmOldest(box, vehicleId)
    },
  }
}
