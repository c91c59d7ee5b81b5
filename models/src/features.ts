import type { Decoded } from './decode.ts'
import type { ViewReading } from './hear.ts'

/** All that is known of one place's best plate besides its text. */
export type Evidence = {
  readonly decoded: Decoded
  /** Probability that the ground is painted as the plate's type is. */
  readonly colourFit: number
  /** Probability, by the colour head, that this is no Chinese plate. */
  readonly noPlate: number
  /** How sure the detector was; null when nobody searched (crops). */
  readonly detection: number | null
  /** Probability of the number of rows it was read with. */
  readonly rowsFit: number
  /** Height in pixels of the picture of one row of characters' plate. */
  readonly heightPx: number
  /** Whether the second, closer look found the plate again. */
  readonly refined: boolean
  /** Whether the best corners' views were so sure that no others were looked at. */
  readonly oneView: boolean
}

/**
 * What the confidence is computed from. Each is bounded, and grows with what speaks for the read
 * where that can be said. `logit` is the natural logarithm of the odds.
 */
export type Features = {
  /** Logit of the best text's probability by both heads, mean over the views, −6 to 8. */
  readonly certainty: number
  /** Logit of its share among all candidate texts, −3 to 12. */
  readonly margin: number
  /** The same of the surest view that reads it. */
  readonly surest: number
  /** Logit of its least certain place, mean over the views that read it, −6 to 8. */
  readonly weakestPlace: number
  /** Share of the views in which both heads alone read it, 0 to 1. */
  readonly headsAgree: number
  /** Share of the views that read it, 0 to 1. */
  readonly viewsAgree: number
  /**
   * Logit of its province by the closer look, mean over the views that read it and took one, −4 to
   * 6; `provinceUnasked` where none did.
   */
  readonly province: number
  /** 1 when the view along the best corners was so sure that no other was asked, else 0. */
  readonly oneView: number
  /** Logit that the ground's colour fits the type, −4 to 6. */
  readonly colour: number
  /** Logit that it is a Chinese plate at all, −4 to 6. */
  readonly isPlate: number
  /** Logit of the detector's score, −2 to 5; 0 when nobody searched. */
  readonly detection: number
  /** Logit of the number of rows, −2 to 4. */
  readonly rows: number
  /** log₂ of the height over 32 pixels, −2 to 1. */
  readonly height: number
  /** 1 when the closer look found it again. */
  readonly refined: number
  /** 1 for embassy, military and plain armed police: letters and digits that signs have too. */
  readonly noProvince: number
}

/** Every feature's name. */
export const featureNames = [
  'certainty',
  'margin',
  'surest',
  'weakestPlace',
  'headsAgree',
  'viewsAgree',
  'province',
  'oneView',
  'colour',
  'isPlate',
  'detection',
  'rows',
  'height',
  'refined',
  'noProvince',
] as const satisfies readonly (keyof Features)[]

/** As much as is usual of plates that are read right. */
const provinceUnasked = 4

const provinceless: readonly string[] = ['embassy', 'military']

/** The numbers behind a confidence, which the calibration is fitted to. */
export function features(evidence: Evidence): Features {
  const { decoded, colourFit, noPlate, detection, rowsFit, heightPx, refined, oneView } = evidence
  const { best, share } = bestOf(decoded)
  const { views } = decoded
  const reading = views.filter((view) => view.best.text === best.text)
  const agreeing = reading.filter(
    (view) => view.byCtc?.text === best.text && view.bySlots.text === best.text,
  )
  const certainties = views.map((view) => (view.best.text === best.text ? view.certainty : 0))
  return {
    certainty: logit(meanOf(certainties), -6, 8),
    margin: logit(share, -3, 12),
    surest: logit(Math.max(0, ...certainties), -6, 8),
    weakestPlace: logit(meanOf(reading.map((view) => view.weakestPlace)), -6, 8),
    headsAgree: agreeing.length / views.length,
    viewsAgree: reading.length / views.length,
    province: provinceLogitOf(reading),
    oneView: oneView ? 1 : 0,
    colour: logit(colourFit, -4, 6),
    isPlate: logit(1 - noPlate, -4, 6),
    detection: detection === null ? 0 : logit(detection, -2, 5),
    rows: logit(rowsFit, -2, 4),
    height: heightOf(heightPx),
    refined: refined ? 1 : 0,
    noProvince: provinceless.includes(best.type) ? 1 : 0,
  }
}

/** The feature `height` of so many pixels. */
export function heightOf(heightPx: number): number {
  return clamp(Math.log2(Math.max(heightPx, 1) / 32), -2, 1)
}

function provinceLogitOf(reading: readonly ViewReading[]): number {
  const seen = reading.flatMap(({ province }) => province ?? [])
  return seen.length === 0 ? provinceUnasked : logit(meanOf(seen), -4, 6)
}

function bestOf({ ranked }: Decoded) {
  const [first] = ranked
  if (first === undefined) throw new RangeError('no plate was ranked')
  return { best: first.plate, share: first.probability }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

function logit(probability: number, least: number, most: number): number {
  return clamp(Math.log(probability) - Math.log1p(-probability), least, most)
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
