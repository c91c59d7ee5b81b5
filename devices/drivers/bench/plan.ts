import { planReads, readRegistersMax } from '../src/plan.ts'

/**
 * A plan is made when a line starts and again after each refusal a device teaches. A station's
 * largest line carries 32 fuelling points whose profile may have 500 fields: 32 plans. All of
 * them together may take no more than one poll of 200 ms, and the gateway has other work, so a
 * tenth of it: 20 ms ÷ 32 = 0.625 ms a plan.
 */
const planMsMax = 0.625
const fieldsInProfile = 500
const plansTimed = 2_000

/** Every third field leaves a gap, so that joining and splitting both happen. */
const fields = Array.from({ length: fieldsInProfile }, (_, index) => {
  const registers = [1, 2, 4][index % 3] ?? 1
  return { name: `field${index}`, address: index * 5 + (index % 7), registers }
})

/** How long one plan of a 500-field profile takes, as the mean of many. */
export async function bench() {
  const cuts = new Set([500, 1_500])
  const rules = { registersMax: readRegistersMax, gapRegistersMax: 8, forbidden: [], cuts }
  for (let run = 0; run < 200; run++) planReads(fields, rules)
  const startedAtMs = performance.now()
  let blocks = 0
  for (let run = 0; run < plansTimed; run++) blocks += planReads(fields, rules).length
  const value = (performance.now() - startedAtMs) / plansTimed
  return [
    {
      name: 'plan a 500-field profile',
      value,
      unit: 'ms',
      budget: planMsMax,
      bound: 'max',
      ok: value <= planMsMax,
      note: `${fieldsInProfile} fields in ${blocks / plansTimed} requests; one plan a line start`,
    },
  ]
}
