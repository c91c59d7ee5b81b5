import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plateAcceptConfidence } from '@forecourt/contracts'
import { makeFolder } from '@forecourt/contracts/make-folder'
import { toRateText } from './bounds.ts'
import { toConfusionText } from './confusion.ts'
import { missesOf } from './misses.ts'
import { UsageError } from './options.ts'
import { drawConfusions } from './pictures/confusion-picture.ts'
import { drawContactSheet } from './pictures/contact-sheet.ts'
import { drawReliability } from './pictures/reliability-picture.ts'
import { isAccepted, type Outcome, scoreOf } from './score.ts'
import type { Group, Measured } from './summarise.ts'
import { columnsOf, padColumns, reasonLine } from './words.ts'

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
  title: string,
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
  const reliable = await drawReliability(title, reliability, plateAcceptConfidence)
  const confused = await drawConfusions(title, confusions)
  try {
    await makeFolder(directory)
    await writeFile(drawn.reliability, reliable)
    await writeFile(drawn.confusion, confused)
    await writeFile(drawn.confusionText, toConfusionText(confusions, confusions.length))
    if (drawn.misses === null) await rm(file('misses.png'), { force: true })
    else await writeFile(drawn.misses, await drawContactSheet(title, misses))
  } catch (error) {
    throw new UsageError(`${directory} cannot be written; give --out DIR`, { cause: error })
  }
  return drawn
}

/** A line for a picture that was not read as labelled; nothing for one that was. */
export function toMissText(outcome: Outcome): string {
  const { label, reads, fault } = outcome
  const { isExact, strangers } = scoreOf(outcome)
  const labels = label.plates.map(({ text }) => text).join('|') || 'no plate · 没有车牌'
  if (fault !== null) return `${label.file}  ${labels}  ${fault}\n`
  if (isExact && strangers.length === 0) return ''
  const seen = reads.map(
    (read) => `${isAccepted(read) ? '*' : ''}${read.plate} ${read.confidence.toFixed(3)}`,
  )
  return `${label.file}  ${labels}  read ${seen.join(', ') || 'nothing · 没有读到'}\n`
}

/** The tables for people. */
export function toReport(name: string, measured: Measured, files: Drawn): string {
  const { rates, reasons, msPerImage, perProvince, perType, confusions } = measured
  const why = Object.entries(reasons).map(([reason, count]) => `${reasonLine(reason)} ${count}`)
  const lines = [
    `\n${name}: ${measured.images} pictures · 张图片`,
    row('unreadable · 无法读取', `${measured.unreadable}`),
    row('exact · 全部读对', toRateText(rates.exact)),
    row('main plate among the reads · 主牌已读出', toRateText(rates.mainAmongReads)),
    row('main plate chosen · 主牌选对', toRateText(rates.mainChosen)),
    row('not labelled illegible · 未标为不可辨', toRateText(rates.legible)),
    row('read of legible · 可辨中读对', toRateText(rates.readOfLegible)),
    row('accepted of legible · 可辨中采信', toRateText(rates.acceptedOfLegible)),
    row('wrong of accepted reads · 采信中读错', toRateText(rates.wrongAccepted)),
    row('accepted where no plate is · 无牌却采信', toRateText(rates.negativesAccepted)),
    row(
      'pictures rejected · 无采信的图片',
      `${measured.rejected}${why.length === 0 ? '' : `: ${why.join(', ')}`}`,
    ),
    row('ms a picture · 每张毫秒', `p50 ${msPerImage.p50}, p95 ${msPerImage.p95}`),
    '',
    ...tableOf('province', '省份', perProvince),
    '',
    ...tableOf('type', '类型', perType),
    '',
    confusions.length === 0
      ? '  no character confused · 没有混淆的字符'
      : '  confused characters · 混淆的字符',
    toConfusionText(confusions, pairsPrinted),
    ...Object.values(files).flatMap((file) => (file === null ? [] : [`  ${file}`])),
  ]
  return `${lines.join('\n')}\n`
}

function row(name: string, value: string): string {
  return `  ${padColumns(name, 42)}  ${value}`
}

function tableOf(
  name: string,
  chinese: string,
  groups: Readonly<Record<string, Group>>,
): readonly string[] {
  const headings = [
    tableRow(name, ['plates', 'read', 'accepted', 'wrong'], 'read of legible, 95 % bounds'),
    tableRow(chinese, ['车牌', '读对', '采信', '错'], '可辨中读对，95 % 区间'),
  ]
  const rows = Object.entries(groups).map(([key, group]) =>
    tableRow(
      key,
      [group.plates, group.read.count, group.accepted.count, group.wrongAccepted],
      toRateText(group.readOfLegible),
    ),
  )
  return [...headings, ...rows]
}

const cellColumns = 10

function tableRow(key: string, cells: readonly (string | number)[], rate: string): string {
  const columns = cells.map((cell) => `${' '.repeat(cellColumns - columnsOf(`${cell}`))}${cell}`)
  return `  ${padColumns(key, 18)}${columns.join('')}   ${rate}`
}
