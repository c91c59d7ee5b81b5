import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PictureError, type PlateRead, type PlateReader } from '@forecourt/contracts'
import { LabelsError } from '@forecourt/contracts/labels'
import { createOnnxPlateReader } from '../onnx-plate-reader.ts'
import { addFrame, bestPlates, emptyVote } from '../vote.ts'
import { type Options, UsageError } from './options.ts'
import { FileError, isAnnotated, readPictureFile } from './picture-file.ts'
import { isAccepted } from './score.ts'

/** More frames than a visit can have (an hour at one a second) are a wrong folder. */
const framesMax = 3_600

/**
 * Votes over the frames of each visit. Folders that are not named come on standard input. One that
 * cannot be read is answered with its error, and the others are still read.
 *
 * @returns 0, or 2 when there was such a folder.
 */
export async function readVisits(paths: readonly string[], options: Options): Promise<number> {
  if (paths.length === 0 && process.stdin.isTTY)
    throw new UsageError('visits needs one DIR or more, or their names on standard input')
  const reader = await createOnnxPlateReader({ pictures: options.pictures })
  // Not before the reader is ready: lines that nobody waits for would be lost.
  const folders = paths.length > 0 ? paths : createInterface({ input: process.stdin })
  let code = 0
  try {
    for await (const line of folders) {
      const folder = line.trim()
      if (folder === '') continue
      const visit = await voteOver(reader, folder).catch((error) => refused(error, folder))
      if ('error' in visit) code = 2
      process.stdout.write(options.json ? `${JSON.stringify(visit)}\n` : toText(visit))
    }
  } finally {
    await reader.close()
  }
  return code
}

type Refused = { readonly folder: string; readonly error: string }

function refused(error: unknown, folder: string): Refused {
  if (!(error instanceof LabelsError)) throw error
  process.stderr.write(`${error.message}\n`)
  return { folder, error: error.message }
}

type VisitRead = {
  readonly folder: string
  readonly frames: number
  /** Frames in which some plate was read, and in which one was accepted. */
  readonly framesWithPlate: number
  readonly framesAccepted: number
  readonly framesUnreadable: number
  /** Mean milliseconds a frame. */
  readonly msPerFrame: number
  /** The vote's plates, likeliest first, confidence fused over all frames. */
  readonly plates: ReturnType<typeof bestPlates>
  /** The main plate of each frame; null where none was read. */
  readonly perFrame: readonly (Pick<PlateRead, 'plate' | 'confidence' | 'rejected'> | null)[]
}

/** @throws {LabelsError} when the folder or a frame in it cannot be read. */
async function voteOver(reader: PlateReader, folder: string): Promise<VisitRead> {
  const files = await framesIn(folder)
  const answers: (readonly PlateRead[] | null)[] = []
  const startedAtMs = performance.now()
  for (const file of files) answers.push(await readFrame(reader, join(folder, file)))
  const tookMs = performance.now() - startedAtMs
  const reads = answers.map((answer) => answer ?? [])
  return {
    folder,
    frames: files.length,
    framesWithPlate: reads.filter((each) => each.length > 0).length,
    framesAccepted: reads.filter((each) => each.some(isAccepted)).length,
    framesUnreadable: answers.filter((answer) => answer === null).length,
    msPerFrame: Math.round((tookMs / files.length) * 10) / 10,
    plates: bestPlates(reads.reduce(addFrame, emptyVote)),
    perFrame: reads.map(([main]) => (main === undefined ? null : briefly(main))),
  }
}

function briefly({ plate, confidence, rejected }: PlateRead) {
  return { plate, confidence, rejected }
}

async function framesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new LabelsError(`${folder} cannot be read; give a folder of frames`, { cause: error })
  })
  const frames = names
    .filter((name) => /\.(?:jpe?g|png|webp)$/i.test(name) && !isAnnotated(name))
    .sort()
  if (frames.length === 0)
    throw new LabelsError(
      `${folder} holds no JPEG, PNG or WebP frame; give a folder of one car's frames`,
    )
  if (frames.length > framesMax)
    throw new LabelsError(
      `${folder} holds ${frames.length} frames; a visit has at most ${framesMax}`,
    )
  return frames
}

/** A frame nobody can read (null) tells nothing; the others still do. */
async function readFrame(reader: PlateReader, file: string): Promise<readonly PlateRead[] | null> {
  try {
    return await reader.read(await readPictureFile(file), { signal: new AbortController().signal })
  } catch (error) {
    if (!(error instanceof PictureError || error instanceof FileError)) throw error
    process.stderr.write(`${file}: ${error.message}\n`)
    return null
  }
}

function toText(visit: VisitRead | Refused): string {
  if ('error' in visit) return ''
  const { folder, frames, framesUnreadable, plates } = visit
  const lines = plates.map(
    ({ plate, confidence, frames: seen }) =>
      `  ${plate}  ${confidence.toFixed(4)}  in ${seen} of ${frames} frames · ${frames} 帧中 ${seen} 帧\n`,
  )
  const unreadable =
    framesUnreadable === 0
      ? ''
      : `  ${framesUnreadable} of ${frames} frames unreadable · ${frames} 帧中 ${framesUnreadable} 帧无法读取\n`
  return `${folder}${lines.length === 0 ? '  no plate · 没有车牌' : ''}\n${lines.join('')}${unreadable}`
}
