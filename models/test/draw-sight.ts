import { blankClass, classCount, classOf } from '../src/alphabet.ts'
import { groundColours, placeCount, type Sight } from '../src/recognise.ts'

const steps = 32

type Spelling = {
  readonly ctc?: string
  readonly slots?: string
  /** Probability of the class that is meant, everywhere. */
  readonly sure?: number
  readonly colour?: (typeof groundColours)[number]
}

/** What the recogniser would say of a text that it is this sure of, by either head. */
export function sightOf(text: string, spelling: Spelling = {}): Sight {
  const { ctc = text, slots = text, sure = 0.98, colour = 'blue' } = spelling
  const columns = [...ctc].flatMap((character) => [blankClass, classOf(character), blankClass])
  const places = [...slots].map(classOf)
  return {
    ctc: { steps, log: rowsOf(steps, (step) => columns[step] ?? blankClass, sure) },
    slots: rowsOf(placeCount, (place) => places[place] ?? blankClass, sure),
    colour: Float32Array.from(groundColours, (name) => Math.log(name === colour ? 0.94 : 0.01)),
  }
}

function rowsOf(count: number, meant: (row: number) => number, sure: number): Float32Array {
  const log = new Float32Array(count * classCount).fill(Math.log((1 - sure) / (classCount - 1)))
  for (let row = 0; row < count; row++) log[row * classCount + meant(row)] = Math.log(sure)
  return log
}

/** The same with a second class as likely, or this much less, in one place of both heads. */
export function withRival(sight: Sight, place: number, rival: string, share: number): Sight {
  const index = classOf(rival)
  const [slots, log] = [sight.slots.slice(), Float32Array.from(sight.ctc.log)]
  slots[place * classCount + index] = Math.log(share)
  log[(3 * place + 1) * classCount + index] = Math.log(share)
  return { ...sight, slots, ctc: { steps, log } }
}
