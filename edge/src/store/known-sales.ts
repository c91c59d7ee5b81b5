import type { DatabaseSync } from 'node:sqlite'
import { isUnmistakable, type Sale } from '@forecourt/contracts'

/**
 * A controller shows its last sale again and again; a wrapped counter comes round after 65,536
 * sales. Between the two lies how many we keep, over all fuelling points.
 */
const knownSalesMax = 20_000

/**
 * Remembers a sale once, inside the caller's database transaction. `unclear`: the id and the
 * figures are known, but the id does not tell one sale from another.
 */
export function recordSale(
  db: DatabaseSync,
): (sale: Sale) => 'new' | 'same' | 'conflict' | 'unclear' {
  const insert = db.prepare(
    `INSERT INTO known_sale (sale_id, fuelling_point, volume_ml, amount_fen)
     VALUES (?, ?, ?, ?) ON CONFLICT (sale_id) DO NOTHING`,
  )
  const find = db.prepare('SELECT volume_ml, amount_fen FROM known_sale WHERE sale_id = ?')
  return (sale) => {
    const { saleId, fuellingPoint, volumeMl, amountFen } = sale
    if (insert.run(saleId, fuellingPoint, volumeMl, amountFen).changes === 1) return 'new'
    const known = find.get(saleId)
    const isSame = known?.['volume_ml'] === volumeMl && known['amount_fen'] === amountFen
    if (!isSame) return 'conflict'
    return isUnmistakable(sale) ? 'same' : 'unclear'
  }
}

/** Forgets the oldest sales beyond the limit. */
export function forgetOldSales(db: DatabaseSync): () => void {
  const forget = db.prepare(
    `DELETE FROM known_sale WHERE id <= (SELECT max(id) FROM known_sale) - ${knownSalesMax}`,
  )
  return () => {
    forget.run()
  }
}
