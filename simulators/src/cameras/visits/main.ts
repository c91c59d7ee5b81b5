import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '@forecourt/contracts/make-folder'
import sharp from 'sharp'
import { createRandom, seedOf } from '../../scenarios/random.ts'
import { drawPass } from '../pass/draw-pass.ts'
import { type Pass, planPass } from '../pass/plan-pass.ts'
import { pickCar } from '../pass/plate-kinds.ts'
import { enterCallersFolder } from './config.ts'
import { type JudgedVisit, judgeVisit, sumUp, type VisitsResult } from './judge-visit.ts'
import { helpText, parseOptions, type VisitsOptions } from './options.ts'
import { startVisitReader, type VisitReader } from './reader-process.ts'

async function main(): Promise<number> {
  enterCallersFolder()
  const options = parseOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(helpText)
    return 0
  }
  sharp.concurrency(1)
  const say = (line: string) => {
    const stream = options.json ? process.stderr : process.stdout
    stream.write(`${line}\n`)
  }
  if (options.draw !== undefined) {
    for (const visit of numbersOf(options))
      await drawVisit(planVisit(options, visit), join(options.draw, nameOf(visit)))
    say(`${options.visits} visits drawn into ${options.draw}`)
    return 0
  }
  if (options.keep !== undefined) await makeKept(options.keep)
  const folder = await mkdtemp(join(tmpdir(), 'forecourt-visits-'))
  const reader = startVisitReader()
  try {
    const result = sumUp(await readVisits(reader, folder, options, say))
    report(result, options, say)
    return result.right === result.visits ? 0 : 1
  } finally {
    await reader.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Before the work, whose frames would be lost. */
async function makeKept(folder: string): Promise<void> {
  await makeFolder(folder).catch((error: unknown) => {
    throw new Error(`${folder} cannot be written; give --keep another folder`, { cause: error })
  })
}

function numbersOf({ first, visits }: VisitsOptions): readonly number[] {
  return Array.from({ length: visits }, (_, index) => first + index)
}

function nameOf(visit: number): string {
  return `visit-${String(visit).padStart(5, '0')}`
}

/** A visit follows from the seed and its number alone. */
function planVisit({ seed, kinds, light }: VisitsOptions, visit: number): Pass {
  const random = createRandom(seedOf(`${seed} ${visit}`))
  return planPass(random, pickCar(random, visit, kinds), light)
}

async function drawVisit(pass: Pass, folder: string): Promise<void> {
  await makeFolder(folder)
  let index = 0
  for await (const frame of drawPass(pass)) {
    await writeFile(join(folder, `${String(index).padStart(2, '0')}.jpg`), frame)
    index += 1
  }
}

/** While the reader reads one visit, the next is drawn: two folders at most lie on the disk. */
async function readVisits(
  reader: VisitReader,
  folder: string,
  options: VisitsOptions,
  say: (line: string) => void,
): Promise<readonly JudgedVisit[]> {
  const judged: JudgedVisit[] = []
  let reading: Promise<JudgedVisit> | null = null
  for (const visit of numbersOf(options)) {
    const pass = planVisit(options, visit)
    const frames = join(folder, nameOf(visit))
    await drawVisit(pass, frames)
    if (reading !== null) judged.push(await reading)
    reading = readVisit(reader, frames, { pass, visit }, options, say)
    reading.catch(() => undefined) // Awaited after the next is drawn.
  }
  if (reading !== null) judged.push(await reading)
  return judged
}

async function readVisit(
  reader: VisitReader,
  frames: string,
  { pass, visit }: { readonly pass: Pass; readonly visit: number },
  { keep }: VisitsOptions,
  say: (line: string) => void,
): Promise<JudgedVisit> {
  const { plate, kind } = pass.car
  const answer = await reader.vote(frames)
  const judged = judgeVisit({ visit, plate, kind, light: pass.weather.light }, answer)
  say(toLine(judged))
  if (keep !== undefined && judged.outcome !== 'right') {
    const kept = join(keep, nameOf(visit))
    await makeFolder(kept)
    await cp(frames, kept, { recursive: true })
  }
  await rm(frames, { recursive: true, force: true })
  return judged
}

function toLine(visit: JudgedVisit): string {
  const { outcome, best, framesWithPlate, framesAccepted, framesWrongAccepted, frames } = visit
  const astray = framesWrongAccepted === 0 ? '' : `, ${framesWrongAccepted} of them wrong`
  const read = best === null ? 'nothing' : `${best.plate} ${best.confidence.toFixed(4)}`
  return `${String(visit.visit).padStart(5)}  ${outcome.padEnd(5)}  ${visit.plate.padEnd(8)}  ${visit.kind.padEnd(16)}  ${visit.light.padEnd(8)}  ${read}, in ${framesWithPlate} of ${frames} frames, accepted in ${framesAccepted}${astray}`
}

function report(result: VisitsResult, { json }: VisitsOptions, say: (line: string) => void): void {
  const { visits, right, wrong, none, frames, framesAccepted, framesWrongAccepted } = result
  say(`${visits} visits: ${right} right, ${wrong} wrong, ${none} without an accepted plate`)
  say(
    `${frames} frames: ${framesAccepted} with an accepted read, ${framesWrongAccepted} of them wrong; ${result.msPerFrame} ms a frame`,
  )
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
