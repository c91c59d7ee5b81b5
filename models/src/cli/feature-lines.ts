import type { Outcome } from './score.ts'

/**
 * One JSON line a read: its picture, the labels, whether it is one of them, and everything the
 * reader says about it. A confidence is fitted on these. A picture without a read gives none.
 */
export function toFeatureLines({ folder, label, reads }: Outcome): string {
  const plates = label.plates.map(({ text }) => text)
  const types = label.plates.map(({ type }) => type)
  return reads
    .map((read, index) => {
      const right = plates.includes(read.plate)
      return `${JSON.stringify({ folder, file: label.file, plates, types, index, right, ...read })}\n`
    })
    .join('')
}
