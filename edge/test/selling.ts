import { Millilitres } from '@forecourt/contracts'
import { openStore } from '../src/store/index.ts'
import { createLonePump } from './lone-pump.ts'
import { controllerSale } from './visit.ts'

/**
 * One fuelling point that sells 20 litres ten times a second, for `full-disk.test.ts`, which takes
 * the disk away from it. It prints `stuck` when the store cannot write, and the transaction number
 * of every sale once that is on the disk.
 */
const say = (word: string | number) => process.stdout.write(`${word}\n`)
const store = openStore({
  path: process.argv[2] ?? '',
  stationId: 'demo-1',
  now: () => new Date(),
  count: () => undefined,
  onStuck: () => say('stuck'),
})
const pump = createLonePump(store, (events) => {
  for (const event of events)
    if (event.type === 'refuel.completed.v1') say(event.sale.transactionNumber ?? 'unnumbered')
})
const after = (sales: number) => Millilitres.parse(1_000_000 + sales * 20_000)

let sales = 0
pump.shows({})
setInterval(() => {
  const totaliserMl = after(sales)
  const lastSale = sales === 0 ? null : controllerSale({ transactionNumber: sales, totaliserMl })
  pump.shows({ state: 'calling', liftedNozzle: 1, totaliserMl, lastSale })
  sales += 1
  const next = controllerSale({ transactionNumber: sales, totaliserMl: after(sales) })
  pump.shows({ totaliserMl: after(sales), lastSale: next })
}, 100)
