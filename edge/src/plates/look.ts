import type { PlateRead, PlateVote } from '@forecourt/contracts'
import { acceptConfidence, addFrame, bestPlates, emptyVote, type Vote } from '@forecourt/models'

/** When a look has seen enough. */
type LookLimits = { readonly framesMax: number; readonly agreeingFrames: number }

/** One visit's look through a camera: what its frames made of the plate so far. */
export type Look = { readonly vote: Vote; readonly framesRead: number }

export const firstLook: Look = { vote: emptyVote, framesRead: 0 }

/** Adds one frame's plates, none included: an empty frame was read too. */
export function addLook(look: Look, reads: readonly PlateRead[]): Look {
  return { vote: addFrame(look.vote, reads), framesRead: look.framesRead + 1 }
}

/** The look's plates, best first, at most three. */
export function platesOf(look: Look): readonly PlateVote[] {
  return bestPlates(look.vote)
}

/** Whether more frames would only cost time: enough agree with certainty, or enough were read. */
export function isSettled(look: Look, limits: LookLimits): boolean {
  const [best] = platesOf(look)
  const isAgreed =
    best !== undefined &&
    best.frames >= limits.agreeingFrames &&
    best.confidence >= acceptConfidence
  return isAgreed || look.framesRead >= limits.framesMax
}
