import { Millilitres } from '@forecourt/contracts'
import { pino } from 'pino'
import { createFuellingPoint } from '../src/session/index.ts'
import { openStore } from '../src/store/index.ts'
import { controllerSale, point, reading, refuelId } from './visit.ts'

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
let visits = 0
const pump = createFuellingPoint({
  point: point(),
  store,
  firstSale: 'adopt',
  nextRefuelId: () => refuelId(++visits),
  now: () => new Date(),
  log: pino({ level: 'silent' }),
  command: async () => undefined,
  ask: () => Promise.reject(new Error('nobody is asked after the fact')),
  watchPlates: null,
  evidenceSince: () => [],
  onStep: () => undefined,
  onEvents(events) {
    for (const event of events)
      if (event.type === 'refuel.completed.v1') say(event.sale.transactionNumber ?? 'unnumbered')
  },
  onChange: () => undefined,
  onFatal(error) {
    throw error
  },
})

const observe = (over: Parameters<typeof reading>[0]) =>
  pump.observe(reading(over), new Date().toISOString())
const after = (sales: number) => Millilitres.parse(1_000_000 + sales * 20_000)

let sales = 0
observe({})
setInterval(() => {
  const totaliserMl = after(sales)
  const lastSale = sales === 0 ? null : controllerSale({ transactionNumber: sales, totaliserMl })
  observe({ state: 'calling', liftedNozzle: 1, totaliserMl, lastSale })
  sales += 1
  const next = controllerSale({ transactionNumber: sales, totaliserMl: after(sales) })
  observe({ totaliserMl: after(sales), lastSale: next })
}, 100)
