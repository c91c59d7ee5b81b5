import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plateAcceptConfidence } from '@forecourt/contracts'
import { toRateText } from './bounds.ts'
import { toConfusionText } from './confusion.ts'
import { missesOf } from './misses.ts'
import { UsageError } from './options.ts'
import { drawConfusions } from './pictures/confusion-picture.ts'
import { drawContactSheet } from './pictures/contact-sheet.ts'
import { drawReliability } from './pictures/reliability-picture.ts'
import { isAccepted, type Outcome, scoreOf } from './score.ts'
import type { Group, Measured } from './summarise.ts'

/** Where the pictures and the confusion table as text lie; there is no sheet without a miss. */
export type Drawn = {
  readonly reliability: string
  readonly confusion: string
  readonly confusionText: string
  readonly misses: string | null
}

/** Pairs of the confusion table that are printed; the text file holds all. */
const pairsPrinted = 12

/** @throws {UsageError} when the directory cannot be written. */
export async function writeReport(
  directory: string,
  name: string,
  outcomes: readonly Outcome[],
  measured: Measured,
): Promise<Drawn> {
  const file = (base: string) => join(directory, base)
  const misses = missesOf(outcomes)
  const drawn = {
    reliability: file('reliability.png'),
    confusion: file('confusion.png'),
    confusionText: file('confusion.txt'),
    misses: misses.length === 0 ? null : file('misses.png'),
  }
  const { confusions, reliability } = measured
  const reliable = await drawReliability(`${name}: reliability`, reliability, plateAcceptConfidence)
  const confused = await drawConfusions(`${name}: confused characters`, confusions)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(drawn.reliability, reliable)
    await writeFile(drawn.confusion, confused)
    await writeFile(drawn.confusionText, toConfusionText(confusions, confusions.length))
    if (drawn.misses !== null) await writeFile(drawn.misses, await drawContactSheet(name, misses))
  } catch (error) {
    throw new UsageError(`${directory} cannot be written; give --out DIR`, { cause: error })
  }
  return drawn
}

/** A line for a picture that was not read as labelled; nothing for one that was. */
export function toMissText(outcome: Outcome): string {
  const { label, reads, fault } = outcome
  const { isExact, strangers } = scoreOf(outcome)
  const labels = label.plates.map(({ text }) => text).join('|') || 'no plate'
  if (fault !== null) return `${label.file}  ${labels}  ${fault}\n`
  if (isExact && strangers.length === 0) return ''
  const seen = reads.map(
    (read) => `${isAccepted(read) ? '*' : ''}${read.plate} ${read.confidence.toFixed(3)}`,
  )
  return `${label.file}  ${labels}  read ${seen.join(', ') || 'nothing'}\n`
}

/** The tables for people. */
export function toReport(name: string, measured: Measured, files: Drawn): string {
  const { rates, reasons, msPerImage, perProvince, perType, confusions } = measured
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`)
  const lines = [
    `\n${name}: ${measured.images} pictures`,
    row('exact', toRateText(rates.exact)),
    row('main plate among the reads', toRateText(rates.mainAmongReads)),
    row('main plate chosen', toRateText(rates.mainChosen)),
    row('legible plates', toRateText(rates.legible)),
    row('accepted of legible', toRateText(rates.acceptedOfLegible)),
    row('wrong of accepted reads', toRateText(rates.wrongAccepted)),
    row('accepted where no plate is', toRateText(rates.negativesAccepted)),
    row(
      'pictures rejected',
      `${measured.rejected}${why.length === 0 ? '' : `: ${why.join(', ')}`}`,
    ),
    row('ms a picture', `p50 ${msPerImage.p50}, p95 ${msPerImage.p95}`),
    '',
    ...tableOf('province', perProvince),
    '',
    ...tableOf('type', perType),
    '',
    confusions.length === 0 ? '  no character confused' : '  confused characters',
    toConfusionText(confusions, pairsPrinted),
    ...Object.values(files).flatMap((file) => (file === null ? [] : [`  ${file}`])),
  ]
  return `${lines.join('\n')}\n`
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(28)}${value}`
}

function tableOf(name: string, groups: Readonly<Record<string, Group>>): readonly string[] {
  const heading = `  ${name.padEnd(18)}${'plates'.padStart(7)}${'read'.padStart(7)}${'accepted'.padStart(10)}${'wrong'.padStart(7)}   read, 95 % bounds`
  const rows = Object.entries(groups).map(([key, { plates, read, accepted, wrongAccepted }]) => {
    // A Chinese character takes two columns of a terminal.
    const cells = [plates, read.count].map((value) => `${value}`.padStart(7)).join('')
    const label = key.padEnd(key.length === 1 ? 17 : 18)
    return `  ${label}${cells}${`${accepted.count}`.padStart(10)}${`${wrongAccepted}`.padStart(7)}   ${toRateText(read).replace(/^\S+ of \S+ */, '')}`
  })
  return [heading, ...rows]
}
