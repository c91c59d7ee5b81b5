/** What a car looks like from where the camera stands. */
export type BodyKind = 'rear' | 'front' | 'truck'

/** Bodies are drawn flat around their plate: its centre, and the scale in units a metre. */
export const bodyFrame = { plateX: 488, plateY: 476, perMetre: 358 } as const

/** Where a body's lamps are, from its plate's centre, in metres. */
export const lampsMetres: Readonly<Record<BodyKind, readonly (readonly [x: number, y: number])[]>> =
  {
    rear: [
      [-0.68, -0.18],
      [0.68, -0.18],
    ],
    front: [
      [-0.68, -0.22],
      [0.68, -0.22],
    ],
    truck: [
      [-0.9, -0.02],
      [0.9, -0.02],
    ],
  }

/** A body as SVG; gradients `glass` and `shade` come with it. */
export function bodySvg(kind: BodyKind, paint: string): string {
  return gradients + { rear, front, truck }[kind](paint)
}

const gradients = `<defs>
  <linearGradient id="glass" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#1d2630"/><stop offset="0.5" stop-color="#55646f"/><stop offset="1" stop-color="#1b232b"/></linearGradient>
  <linearGradient id="shade" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.28"/><stop offset="0.45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.35"/></linearGradient>
</defs>`

/** A painted shape, lit from above. */
function shaded(outline: string, paint: string): string {
  return `<path d="${outline}" fill="${paint}"/><path d="${outline}" fill="url(#shade)"/>`
}

function rear(paint: string): string {
  return `
    <ellipse cx="488" cy="640" rx="370" ry="34" fill="#1f2022" opacity="0.75"/>
    <rect x="186" y="560" width="96" height="86" rx="18" fill="#17181a"/><rect x="694" y="560" width="96" height="86" rx="18" fill="#17181a"/>
    <path d="M262 336 Q292 196 350 184 Q488 170 626 184 Q684 196 714 336 Z" fill="${paint}"/>
    <path d="M292 330 Q318 214 366 204 Q488 192 610 204 Q658 214 684 330 Z" fill="url(#glass)"/>
    ${shaded('M166 402 Q182 336 262 330 L714 330 Q794 336 810 402 L818 560 Q816 606 770 610 L206 610 Q160 606 158 560 Z', paint)}
    <path d="M182 386 Q240 372 312 384 L318 444 Q250 452 176 440 Z" fill="#a3131b"/><path d="M794 386 Q736 372 664 384 L658 444 Q726 452 800 440 Z" fill="#a3131b"/>
    <path d="M196 400 Q250 390 304 398 L306 412 Q250 406 194 416 Z" fill="#f0603f"/><path d="M780 400 Q726 390 672 398 L670 412 Q726 406 782 416 Z" fill="#f0603f"/>
    <rect x="366" y="430" width="244" height="92" rx="10" fill="#000" opacity="0.22"/>
    <path d="M166 548 L810 548 L812 564 L164 564 Z" fill="#000" opacity="0.35"/>
    <ellipse cx="488" cy="372" rx="18" ry="12" fill="none" stroke="#d7dade" stroke-width="4"/>
    <rect x="250" y="588" width="70" height="16" rx="8" fill="#3a3b3d"/><rect x="656" y="588" width="70" height="16" rx="8" fill="#3a3b3d"/>`
}

/** Bonnet, grille with bars, four rings, head lamps: much that is not a plate but looks like text. */
function front(paint: string): string {
  const bars = [404, 416, 428, 440].map(
    (y) => `<rect x="352" y="${y}" width="272" height="5" fill="#aeb4bb"/>`,
  )
  const rings = [446, 474, 502, 530].map(
    (x) => `<circle cx="${x}" cy="388" r="17" fill="none" stroke="#e3e6ea" stroke-width="5"/>`,
  )
  const lamp = (x: number) =>
    `<path d="M${x - 62} 372Q${x} 356 ${x + 62} 378L${x + 50} 418Q${x} 426 ${x - 54} 412Z" fill="#dfe6ec"/><circle cx="${x}" cy="394" r="18" fill="#fbfdff" stroke="#7c858f" stroke-width="4"/>`
  return `
    <ellipse cx="488" cy="640" rx="370" ry="34" fill="#1f2022" opacity="0.75"/>
    <rect x="186" y="556" width="92" height="92" rx="18" fill="#17181a"/><rect x="698" y="556" width="92" height="92" rx="18" fill="#17181a"/>
    <path d="M270 300Q300 178 352 168Q488 156 624 168Q676 178 706 300Z" fill="${paint}"/>
    <path d="M294 294Q322 200 366 190Q488 178 610 190Q654 200 682 294Z" fill="url(#glass)"/>
    ${shaded('M160 400Q180 306 270 296L706 296Q796 306 816 400L822 560Q818 606 770 610L206 610Q158 606 154 560Z', paint)}
    <path d="M330 372L646 372L626 456L350 456Z" fill="#16181b"/>${bars.join('')}${rings.join('')}
    ${lamp(244)}${lamp(732)}
    <path d="M210 520Q300 506 348 520L340 566L222 566Z" fill="#1c1e21"/><path d="M766 520Q676 506 628 520L636 566L754 566Z" fill="#1c1e21"/>
    <rect x="380" y="530" width="216" height="40" rx="8" fill="#1c1e21"/>`
}

/** The tail of a box truck: doors with bars, reflectors in red and white, under-run guard. */
function truck(paint: string): string {
  const stripes = Array.from({ length: 12 }, (_, index) => {
    const fill = index % 2 === 0 ? '#c4161c' : '#eceff1'
    return `<rect x="${84 + index * 68}" y="398" width="68" height="16" fill="${fill}"/>`
  })
  const bars = [300, 440, 540, 680].map(
    (x) => `<rect x="${x}" y="-190" width="10" height="580" fill="#c6cbd1"/>`,
  )
  return `
    <ellipse cx="488" cy="720" rx="470" ry="40" fill="#1f2022" opacity="0.75"/>
    <rect x="120" y="560" width="150" height="160" rx="26" fill="#141517"/><rect x="706" y="560" width="150" height="160" rx="26" fill="#141517"/>
    <rect x="84" y="-220" width="816" height="640" fill="${paint}"/><rect x="84" y="-220" width="816" height="640" fill="url(#shade)"/>
    <path d="M488 -210V398" stroke="#3b3f45" stroke-width="5"/>${bars.join('')}${stripes.join('')}
    <rect x="96" y="420" width="784" height="150" fill="#2a2d31"/>
    <rect x="120" y="440" width="96" height="56" rx="6" fill="#a3131b"/><rect x="760" y="440" width="96" height="56" rx="6" fill="#a3131b"/>
    <rect x="226" y="440" width="44" height="56" rx="6" fill="#e08a1c"/><rect x="706" y="440" width="44" height="56" rx="6" fill="#e08a1c"/>
    <rect x="180" y="610" width="616" height="40" fill="#c9ccd0"/>`
}
