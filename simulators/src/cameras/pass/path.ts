import type { Random } from '../../scenarios/random.ts'
import type { BodyKind } from '../car-bodies.ts'
import { nearestM, type Stand } from './pass-camera.ts'
import { framesPerPass, framesPerSecond } from './timing.ts'

/** How a car comes, where it stops, how it leaves. */
export type Path = {
  readonly stop: Stand
  /** Cars seen from the front come nearer; those seen from behind go away. */
  readonly towards: boolean
  readonly comesFromM: number
  readonly leavesByM: number
  /** It drifts sideways when it leaves, metres. */
  readonly swerveM: number
  /** Its heading changes while it comes and leaves, radians. */
  readonly bend: number
  /** It stops at the first frame and leaves at the second. */
  readonly stopsAt: number
  readonly leavesAt: number
}

export function planPath(random: Random, body: BodyKind): Path {
  const side = random.next() < 0.5 ? -1 : 1
  const zM = 4.2 + random.next() * 2.4
  return {
    stop: {
      xM: side * (0.2 + random.next() * 1.1),
      yM: body === 'truck' ? 0.62 + random.next() * 0.2 : 0.46 + random.next() * 0.2,
      zM,
      heading: (random.next() - 0.5) * 0.3,
    },
    towards: body === 'front',
    comesFromM: body === 'front' ? 5 + random.next() * 4 : zM - 0.8,
    leavesByM: body === 'front' ? zM - nearestM : 6 + random.next() * 5,
    swerveM: (random.next() - 0.5) * 1.6,
    bend: (random.next() - 0.5) * 0.35,
    stopsAt: random.between(8, 11),
    leavesAt: random.between(21, 24),
  }
}

/** Where the plate is when the shutter opens and closes, for every frame; null out of sight. */
export function standsOf(
  path: Path,
  exposureS: number,
): readonly (readonly [Stand, Stand] | null)[] {
  return Array.from({ length: framesPerPass }, (_, frame) => {
    const open = standAt(path, frame)
    const close = standAt(path, frame + exposureS * framesPerSecond)
    return open.zM < nearestM || close.zM < nearestM ? null : ([open, close] as const)
  })
}

/** Braking evenly before the stop, gathering speed evenly after it. */
function standAt(path: Path, frame: number): Stand {
  const { stop, towards, stopsAt, leavesAt } = path
  const before = Math.max(0, 1 - frame / stopsAt) ** 2
  const after = Math.max(0, (frame - leavesAt) / (framesPerPass - leavesAt)) ** 2
  const aheadM = before * path.comesFromM - after * path.leavesByM
  return {
    xM: stop.xM + after * path.swerveM,
    yM: stop.yM,
    zM: stop.zM + (towards ? aheadM : -aheadM),
    heading: stop.heading + (before + after) * path.bend,
  }
}
