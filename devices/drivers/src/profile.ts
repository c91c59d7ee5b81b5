import { EndReason, FpState, PumpCommand } from '@forecourt/contracts'
import { z } from 'zod'
import { type RegisterField, registersOf } from './registers.ts'

const FieldName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'a field name is camelCase')
const Raw = z.number().int().min(0).max(0xffff_ffff)
const Count = z.number().int().min(1).max(1_000_000)

/** A value in the map. Addresses are written as the maker prints them, see `addressBase`. */
const ProfileField = z.strictObject({
  address: z.number().int().min(0).max(65_536),
  type: z.enum(['u16', 'i16', 'u32', 'i32', 'u64', 'bcd8', 'bcd12', 'bits']),
  /** How many registers the maker's manual gives it; checked against the type when present. */
  registers: z.number().int().min(1).max(4).optional(),
  wordOrder: z.enum(['high-first', 'low-first']).optional(),
  bit: z.number().int().min(0).max(15).optional(),
  width: z.number().int().min(1).max(16).optional(),
  /** raw × multiply ÷ divide = millilitres, fen or fen a litre, whole. */
  scale: z.strictObject({ multiply: Count.default(1), divide: Count.default(1) }).optional(),
  meaning: z.string().min(1),
})

/** A field's value, or the same number always. */
const Source = z.union([FieldName, z.number().int().nonnegative()])
/** A role some controllers cannot fill. */
const OptionalSource = z.union([FieldName, z.null()])

/** A value's code → our word. Codes not listed are a garbled answer. */
const coded = <T extends z.ZodType<string>>(word: T) =>
  z.strictObject({ field: FieldName, codes: z.record(z.string().regex(/^\d+$/), word) })

/** For controllers with flags instead of a state: the first rule whose flags all fit decides. */
const ruled = z.strictObject({
  rules: z.array(z.strictObject({ when: z.record(FieldName, Raw), is: FpState })).min(1),
  otherwise: FpState,
})

const SaleRoles = z.strictObject({
  transactionNumber: OptionalSource,
  nozzle: Source,
  volume: FieldName,
  unitPrice: FieldName,
  amount: FieldName,
  endReason: coded(EndReason),
  totaliser: OptionalSource,
  /** There is no sale to show while this field reads 0. */
  presentWhen: FieldName,
  /** States in which the sale's figures stand still; in others the sale is not shown. */
  shownIn: z.array(FpState).min(1).optional(),
})

const ReadingRoles = z.strictObject({
  state: z.union([coded(FpState), ruled]),
  /** 0 means that all nozzles hang. */
  liftedNozzle: Source,
  /** 0 free, anything else locked. */
  locked: Source,
  unitPrice: FieldName,
  volume: FieldName,
  amount: FieldName,
  totaliser: OptionalSource,
  sale: SaleRoles.nullable(),
})

/** How a torn reading, half before and half after a change, is noticed. */
const Guard = z.discriminatedUnion('kind', [
  /** The controller writes `last`, then the values, then `first`; equal means whole. */
  z.strictObject({ kind: z.literal('sequence'), first: FieldName, last: FieldName }),
  /** No help from the controller: read twice, and what should stand still must be equal. */
  z.strictObject({ kind: z.literal('read_twice') }),
])

/** What goes into one field of a command: a number, or what the command says. */
const Write = z.strictObject({
  field: FieldName,
  value: z.union([
    Raw,
    z.enum(['nozzle', 'unit_price', 'preset_kind', 'preset_value', 'command_number']),
  ]),
})
export type ControlWrite = z.infer<typeof Write>

const PumpCommandType = z.enum(PumpCommand.options.map((option) => option.shape.type.value))

/** How a command is known to be taken when the echo of the write is not enough. */
const Acknowledgement = z.strictObject({
  taken: FieldName,
  result: FieldName,
  doneCode: Raw,
  refusals: z.record(z.string().regex(/^\d+$/), z.string().min(1)),
})

/** A register profile as it lies in `profiles/*.json`. */
export const ProfileFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: z.number().int().positive(),
  description: z.string().min(1),
  /** What the maker's map does not say and we inferred: to be checked at commissioning. */
  notes: z.array(z.string().min(1)),
  source: z.string().min(1),
  table: z.enum(['holding', 'input']),
  /** 0: printed addresses are those on the wire. 1: they are one higher. */
  addressBase: z.union([z.literal(0), z.literal(1)]),
  wordOrder: z.enum(['high-first', 'low-first']),
  gapRegistersMax: z.number().int().min(0).max(124).default(8),
  forbidden: z
    .array(
      z.strictObject({
        from: z.number().int().min(0).max(65_536),
        to: z.number().int().min(0).max(65_536),
      }),
    )
    .default([]),
  fields: z.record(FieldName, ProfileField),
  reading: ReadingRoles,
  guard: Guard,
  /** Fields that must hold exactly this, else the controller is not the one the profile is for. */
  expect: z.record(FieldName, Raw).default({}),
  controls: z.partialRecord(PumpCommandType, z.array(Write).min(1)),
  acknowledgement: Acknowledgement.nullable(),
})
export type ProfileFile = z.infer<typeof ProfileFile>

/** A checked profile, ready for use: every field complete, addresses as on the wire. */
export type RegisterProfile = Omit<ProfileFile, 'fields'> & {
  readonly fields: Readonly<Record<string, RegisterField>>
}

/** A checked file with every default filled in and addresses counted from 0. */
export function toProfile(file: ProfileFile): RegisterProfile {
  const fields = Object.entries(file.fields).map(([name, field]) => [
    name,
    {
      address: field.address - file.addressBase,
      type: field.type,
      wordOrder: field.wordOrder ?? file.wordOrder,
      bit: field.bit ?? 0,
      width: field.width ?? 1,
      multiply: field.scale?.multiply ?? 1,
      divide: field.scale?.divide ?? 1,
    } satisfies RegisterField,
  ])
  const forbidden = file.forbidden.map(({ from, to }) => ({
    from: from - file.addressBase,
    to: to - file.addressBase,
  }))
  return { ...file, forbidden, fields: Object.fromEntries(fields) }
}

/** How many registers a field of the profile takes. */
export function registersOfField(field: RegisterField): number {
  return registersOf[field.type]
}

/** The fields a reading needs, in no order; controls that are only written are not among them. */
export function fieldsToRead(profile: Pick<ProfileFile, 'reading' | 'guard' | 'expect'>): string[] {
  const { state, sale, ...rest } = profile.reading
  const stateFields =
    'field' in state ? [state.field] : state.rules.flatMap((rule) => Object.keys(rule.when))
  const { endReason, shownIn: _, ...saleSources } = sale ?? { endReason: null, shownIn: null }
  const sources = [
    ...stateFields,
    ...Object.values(rest),
    ...Object.values(saleSources),
    endReason?.field,
    ...(profile.guard.kind === 'sequence' ? [profile.guard.first, profile.guard.last] : []),
    ...Object.keys(profile.expect),
  ]
  return [...new Set(sources.filter((source) => typeof source === 'string'))]
}
