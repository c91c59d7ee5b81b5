import { toPlateText } from '../world/figures.ts'

/** A plate as it is painted: new-energy plates have eight characters and a green gradient. */
export function PlateMark({ plate }: { readonly plate: string }) {
  const kind = [...plate].length >= 8 ? 'green' : 'blue'
  return <span className={`plate plate-${kind}`}>{toPlateText(plate)}</span>
}
