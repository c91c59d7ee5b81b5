import type { FpState } from '@forecourt/contracts'
import { FuellingPointReading } from '@forecourt/contracts'
import type { RegisterProfile } from './profile.ts'

/** Field name → value in our unit, as read from one unit at one time. */
export type FieldValues = Readonly<Record<string, number>>

/**
 * Turns a controller's values into a reading. Nothing is computed: every figure is the field's.
 *
 * @throws {RangeError} naming the field, for a code the profile does not list, a value outside
 *   the contract, or an `expect` that does not hold.
 */
export function toReading(
  profile: RegisterProfile,
  fuellingPoint: number,
  values: FieldValues,
): FuellingPointReading {
  for (const [name, expected] of Object.entries(profile.expect)) {
    const value = valueIn(name, values)
    if (value !== expected) throw new RangeError(`${name} is ${value}, not ${expected}`)
  }
  const roles = profile.reading
  const state = toState(roles.state, values)
  const parsed = FuellingPointReading.safeParse({
    fuellingPoint,
    state,
    liftedNozzle: valueIn(roles.liftedNozzle, values) || null,
    locked: valueIn(roles.locked, values) !== 0,
    unitPriceFenPerLitre: valueIn(roles.unitPrice, values),
    volumeMl: valueIn(roles.volume, values),
    amountFen: valueIn(roles.amount, values),
    totaliserMl: roles.totaliser === null ? null : valueIn(roles.totaliser, values),
    lastSale: toLastSale(profile, state, values),
  })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new RangeError(problems.join('; '), { cause: parsed.error })
}

/**
 * The inverse of `toReading`, for controllers we simulate.
 *
 * @param values - Values of fields no reading holds, such as a sequence.
 * @throws {RangeError} when the profile has no code for a state or an end reason.
 */
export function toFieldValues(
  profile: RegisterProfile,
  reading: FuellingPointReading,
  values: FieldValues,
): FieldValues {
  const roles = profile.reading
  const shown: Record<string, number> = { ...values, ...profile.expect }
  const put = (source: string | number | null, value: number | null) => {
    if (typeof source === 'string') shown[source] = value ?? 0
  }
  putSale(profile, reading, put)
  put(roles.liftedNozzle, reading.liftedNozzle)
  put(roles.locked, reading.locked ? 1 : 0)
  put(roles.unitPrice, reading.unitPriceFenPerLitre)
  put(roles.volume, reading.volumeMl)
  put(roles.amount, reading.amountFen)
  put(roles.totaliser, reading.totaliserMl)
  putState(roles.state, reading.state, put)
  return shown
}

type Put = (source: string | number | null, value: number | null) => void

/**
 * Fields that must stand still between two readings of a controller without a sequence: state and
 * the last sale. What a running delivery counts may differ.
 */
export function isSameMoment(
  profile: RegisterProfile,
  earlier: FieldValues,
  later: FieldValues,
): boolean {
  const { state, sale } = profile.reading
  const names = [
    ...('field' in state ? [state.field] : state.rules.flatMap((rule) => Object.keys(rule.when))),
    ...(sale === null ? [] : [sale.volume, sale.amount, sale.endReason.field, sale.totaliser]),
  ]
  return names.every((name) => name === null || earlier[name] === later[name])
}

function valueIn(source: string | number, values: FieldValues): number {
  if (typeof source === 'number') return source
  const value = values[source]
  if (value === undefined) throw new RangeError(`${source} was not read`)
  return value
}

function toState(state: RegisterProfile['reading']['state'], values: FieldValues): FpState {
  if ('field' in state) return decoded(state, values)
  const rule = state.rules.find(({ when }) =>
    Object.entries(when).every(([name, wanted]) => valueIn(name, values) === wanted),
  )
  return rule?.is ?? state.otherwise
}

function decoded<T extends string>(
  coded: { readonly field: string; readonly codes: Readonly<Record<string, T>> },
  values: FieldValues,
): T {
  const code = valueIn(coded.field, values)
  const word = coded.codes[String(code)]
  if (word === undefined) throw new RangeError(`${coded.field}: the profile has no code ${code}`)
  return word
}

function toLastSale(profile: RegisterProfile, state: FpState, values: FieldValues): unknown {
  const sale = profile.reading.sale
  if (sale === null || valueIn(sale.presentWhen, values) === 0) return null
  if (sale.shownIn !== undefined && !sale.shownIn.includes(state)) return null
  return {
    transactionNumber:
      sale.transactionNumber === null ? null : valueIn(sale.transactionNumber, values),
    nozzle: valueIn(sale.nozzle, values),
    volumeMl: valueIn(sale.volume, values),
    unitPriceFenPerLitre: valueIn(sale.unitPrice, values),
    amountFen: valueIn(sale.amount, values),
    endReason: decoded(sale.endReason, values),
    totaliserMl: sale.totaliser === null ? null : valueIn(sale.totaliser, values),
  }
}

function putSale(profile: RegisterProfile, reading: FuellingPointReading, put: Put): void {
  const roles = profile.reading.sale
  const sale = reading.lastSale
  if (roles === null) return
  put(roles.transactionNumber, sale?.transactionNumber ?? null)
  put(roles.nozzle, sale?.nozzle ?? null)
  put(roles.volume, sale?.volumeMl ?? null)
  put(roles.unitPrice, sale?.unitPriceFenPerLitre ?? null)
  put(roles.amount, sale?.amountFen ?? null)
  put(roles.totaliser, sale?.totaliserMl ?? null)
  put(roles.endReason.field, sale === null ? null : codeOf(roles.endReason.codes, sale.endReason))
}

function putState(state: RegisterProfile['reading']['state'], wanted: FpState, put: Put): void {
  if ('field' in state) {
    put(state.field, codeOf(state.codes, wanted))
    return
  }
  const rule = state.rules.find(({ is }) => is === wanted)
  for (const [name, value] of Object.entries(rule?.when ?? {})) put(name, value)
}

function codeOf(codes: Readonly<Record<string, string>>, word: string): number {
  const entry = Object.entries(codes).find(([, known]) => known === word)
  if (entry === undefined) throw new RangeError(`the profile has no code for ${word}`)
  return Number(entry[0])
}
