import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PictureError, type PlateRead, type PlateReader } from '@forecourt/contracts'
import { canBeNamed } from '../confidence.ts'
import { createOnnxPlateReader } from '../onnx-plate-reader.ts'
import { placesMax } from '../read.ts'
import { type Options, UsageError } from './options.ts'
import { makeOutput } from './output-folder.ts'
import {
  annotatedName,
  FileError,
  isAnnotated,
  isSystemError,
  readPictureFile,
} from './picture-file.ts'
import { annotate } from './pictures/annotate.ts'
import { isAccepted } from './score.ts'
import { reasonLine } from './words.ts'

/** Reads each file and annotates it. Exit code 1 when one could not be read; the others are. */
export async function readFiles(paths: readonly string[], options: Options): Promise<number> {
  if (paths.length === 0) throw new UsageError('read needs one FILE or more')
  const files = paths.filter((path) => !isAnnotated(path))
  for (const path of paths)
    if (isAnnotated(path)) process.stderr.write(`${path}: drawn by read, left out\n`)
  if (options.out !== null) await makeOutput(options.out)
  const reader = await createOnnxPlateReader({ pictures: options.pictures })
  let faults = 0
  try {
    const taken = new Set<string>()
    for (const path of files) {
      const annotated = freeName(path, taken, options)
      faults += (await readOne(reader, path, annotated, options)) ? 0 : 1
    }
  } finally {
    await reader.close()
  }
  return faults === 0 ? 0 : 1
}

/** Beside the picture or in --out; numbered where this run took the name already, and then taken. */
function freeName(path: string, taken: Set<string>, { out }: Options): string {
  for (let number = 1; ; number++) {
    const file = join(out ?? dirname(path), annotatedName(path, number))
    if (taken.has(resolve(file))) continue
    taken.add(resolve(file))
    return file
  }
}

async function readOne(
  reader: PlateReader,
  path: string,
  file: string,
  options: Options,
): Promise<boolean> {
  try {
    const picture = await readPictureFile(path)
    const startedAtMs = performance.now()
    const reads = await reader.read(picture, { signal: new AbortController().signal })
    const ms = Math.round((performance.now() - startedAtMs) * 10) / 10
    const annotated = options.draws ? await writeAnnotated(file, picture, reads) : null
    const line = `${JSON.stringify({ file: path, ms, reads, annotated })}\n`
    process.stdout.write(options.json ? line : page(path, ms, reads, annotated))
    return true
  } catch (error) {
    printFault(path, error, options)
    return false
  }
}

/** @returns The file written, or null where nothing can be written: the reads are told all the same. */
async function writeAnnotated(
  file: string,
  picture: Uint8Array,
  reads: readonly PlateRead[],
): Promise<string | null> {
  const drawn = await annotate(picture, reads)
  try {
    await writeFile(file, drawn)
    return file
  } catch (error) {
    if (!isSystemError(error)) throw error
    process.stderr.write(`${file}: ${error.code}, no picture written; give --out DIR\n`)
    return null
  }
}

function printFault(path: string, error: unknown, { json }: Options): void {
  if (!(error instanceof PictureError || error instanceof FileError)) throw error
  if (json) process.stdout.write(`${JSON.stringify({ file: path, error: error.message })}\n`)
  else process.stderr.write(`${path}: ${error.message}\n`)
}

function page(
  path: string,
  ms: number,
  reads: readonly PlateRead[],
  annotated: string | null,
): string {
  const lines = reads.map((read) => {
    const runnerUp = read.runnerUp
      ? `${read.runnerUp.plate} ${read.runnerUp.confidence.toFixed(3)}`
      : 'no runner-up · 无次选'
    const corners = read.corners.map(([x, y]) => `${x.toFixed(0)},${y.toFixed(0)}`).join(' ')
    return `  ${mark(read)} ${read.plate}  ${read.confidence.toFixed(3)}  (${runnerUp})  ${read.colour ?? 'colour unclear · 底色不明'}  ${corners}${whyOf(read)}\n`
  })
  if (reads.length >= placesMax)
    lines.push(
      `    at most ${placesMax} plates are read in a picture · 每张图片最多读 ${placesMax} 个车牌\n`,
    )
  const drawn = annotated === null ? '' : `    ${annotated}\n`
  return `${path}  ${ms} ms${lines.length === 0 ? '  no plate · 没有车牌' : ''}\n${lines.join('')}${drawn}`
}

function whyOf(read: PlateRead): string {
  if (!canBeNamed(read)) return '  a plate that cannot be named · 有牌但读不清'
  return read.rejected === null ? '' : `  ${reasonLine(read.rejected)}`
}

/** Accepted reads are marked. */
export function mark(read: PlateRead): string {
  return isAccepted(read) ? '*' : ' '
}
