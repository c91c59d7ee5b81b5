import { fieldsToRead, type ProfileFile } from './profile.ts'
import { registersOf } from './registers.ts'

/** A mistake in a profile: where, and what to do about it. */
type ProfileMistake = { readonly path: string; readonly message: string }

/**
 * What a schema cannot say about a profile: that fields fit their registers, do not overlap, and
 * that every role names a field there is. Lists every mistake, not the first.
 */
export function checkProfile(file: ProfileFile): readonly ProfileMistake[] {
  return [
    ...Object.entries(file.fields).flatMap(([name, field]) => fieldMistakes(file, name, field)),
    ...overlaps(file),
    ...roleMistakes(file),
    ...Object.entries(file.controls).flatMap(([type, writes]) =>
      controlMistakes(file, type, writes),
    ),
  ]
}

type Field = ProfileFile['fields'][string]

function fieldMistakes(file: ProfileFile, name: string, field: Field): readonly ProfileMistake[] {
  const path = `fields.${name}`
  const count = registersOf[field.type]
  const first = field.address - file.addressBase
  const mistakes: ProfileMistake[] = []
  if (field.registers !== undefined && field.registers !== count) {
    const message = `${field.type} takes ${count} registers, not ${field.registers}`
    mistakes.push({ path: `${path}.registers`, message })
  }
  if (first < 0 || first + count > 65_536) {
    const message = `on the wire it would lie at ${first} to ${first + count - 1}; use 0 to 65535`
    mistakes.push({ path: `${path}.address`, message })
  }
  if (field.type === 'bits' && (field.bit ?? 0) + (field.width ?? 1) > 16) {
    mistakes.push({ path: `${path}.width`, message: 'these bits run past bit 15' })
  }
  if (field.type !== 'bits' && (field.bit !== undefined || field.width !== undefined)) {
    mistakes.push({ path, message: 'bit and width belong to type bits only' })
  }
  return mistakes
}

/** Bits may share a register when they are different bits; everything else needs its own. */
function overlaps(file: ProfileFile): readonly ProfileMistake[] {
  const ownerOf = new Map<string, string>()
  const mistakes: ProfileMistake[] = []
  for (const [name, field] of Object.entries(file.fields)) {
    const others = new Set<string>()
    for (const bit of bitsOf(field)) {
      const owner = ownerOf.get(bit)
      if (owner === undefined) ownerOf.set(bit, name)
      else others.add(owner)
    }
    for (const other of others) {
      mistakes.push({ path: `fields.${name}`, message: `overlaps ${other}; move one of them` })
    }
  }
  return mistakes
}

function bitsOf(field: Field): readonly string[] {
  if (field.type === 'bits') {
    const bits = Array.from({ length: field.width ?? 1 }, (_, index) => (field.bit ?? 0) + index)
    return bits.map((bit) => `${field.address}.${bit}`)
  }
  const count = registersOf[field.type] * 16
  return Array.from({ length: count }, (_, i) => `${field.address + Math.floor(i / 16)}.${i % 16}`)
}

function roleMistakes(file: ProfileFile): readonly ProfileMistake[] {
  const ack = file.acknowledgement
  const named = [...fieldsToRead(file), ...(ack === null ? [] : [ack.taken, ack.result])]
  const unknown = named.filter((name) => file.fields[name] === undefined)
  return unknown.map((name) => ({
    path: 'reading',
    message: `names the field ${name}, which fields does not have`,
  }))
}

/** One command is one write request, so that it is taken whole or not at all. */
function controlMistakes(
  file: ProfileFile,
  type: string,
  writes: readonly { readonly field: string }[],
): readonly ProfileMistake[] {
  const path = `controls.${type}`
  const mistakes: ProfileMistake[] = []
  let next: number | null = null
  for (const { field: name } of writes) {
    const field = file.fields[name]
    if (field === undefined) {
      mistakes.push({ path, message: `writes ${name}, which fields does not have` })
      continue
    }
    if (next !== null && field.address !== next) {
      mistakes.push({ path, message: `${name} must adjoin the field before it, at ${next}` })
    }
    if (field.type === 'bits') {
      mistakes.push({ path, message: `${name} is of type bits; write whole registers` })
    }
    next = field.address + registersOf[field.type]
  }
  return mistakes
}
