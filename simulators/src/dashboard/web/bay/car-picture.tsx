import { useEffect, useState } from 'react'
import type { WorldCar } from '../../../world/world.ts'

/** Paints a car may have; which one follows from its name, so a car keeps its colour. */
const paints = ['#d8dee3', '#b9402f', '#2f5f8f', '#e7e1d3', '#3c4a55', '#6f8f7a'] as const

/** A car from the side. It comes from the right, stands with its filler at the hose, leaves left. */
export function CarPicture({ car }: { readonly car: WorldCar | null }) {
  const hasEntered = useEntered(car?.carId ?? null)
  if (car === null) return null
  const where = car.status === 'arriving' && !hasEntered ? 'before' : car.status
  return (
    <g className={`car car-${where}`}>
      <g className="car-moves">
        <ellipse cx="116" cy="286" rx="104" ry="5" className="car-shadow" />
        <path
          d="M14 272c-4-2-6-6-5-12l2-10c1-6 5-9 12-11l31-7 28-20c6-4 12-6 20-6h42c10 0 17 3 24 9l18 15 22 4c8 2 12 6 12 14v17c0 5-3 8-8 8H20z"
          fill={paintOf(car.carId)}
          className="car-body"
        />
        <path d="M64 232l22-16c4-3 9-4 14-4h14v21H66c-3 0-4-1-2-1z" className="car-glass" />
        <path d="M120 212h22c8 0 13 2 18 6l16 14c2 1 1 2-1 2h-55z" className="car-glass" />
        <path d="M12 252h10c4 0 6 2 6 5s-2 4-6 4H10z" className="car-lamp" />
        <path d="M219 244v12h-8c-4 0-5-2-5-6s2-6 5-6z" className="car-tail" />
        <path d="M117 238v32M124 245h9" className="car-seam" />
        <rect
          x="186"
          y="240"
          width="9"
          height="9"
          rx="2"
          className={car.flapOpen ? 'flap-open' : 'flap'}
        />
        <Wheel cx={56} />
        <Wheel cx={178} />
      </g>
    </g>
  )
}

function Wheel({ cx }: { readonly cx: number }) {
  return (
    <g className="wheel">
      <circle cx={cx} cy="272" r="16" className="tyre" />
      <circle cx={cx} cy="272" r="8.500" className="rim" />
      <path d={`M${cx - 8} 272h16M${cx} 264v16`} className="spoke" />
    </g>
  )
}

/** A car is first drawn outside, then let in, so that the browser has a way to animate. */
function useEntered(carId: string | null): boolean {
  const [entered, setEntered] = useState<string | null>(null)
  useEffect(() => {
    const frame = requestAnimationFrame(() => setEntered(carId))
    return () => cancelAnimationFrame(frame)
  }, [carId])
  return entered === carId
}

function paintOf(carId: string): string {
  const sum = [...carId].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 9_973, 7)
  return paints[sum % paints.length] ?? paints[0]
}
