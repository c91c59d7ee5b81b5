import { toYuanText } from '@forecourt/contracts'
import { useTranslation } from 'react-i18next'
import type { WorldCar, WorldPump } from '../../../world/world.ts'
import { toLitresText } from '../world/figures.ts'
import { CarPicture } from './car-picture.tsx'
import { SevenSegment } from './seven-segment.tsx'

type PumpPictureProps = {
  readonly pump: WorldPump
  readonly car: WorldCar | null
  /** The price the display shows; null leaves it dark. */
  readonly unitPriceFenPerLitre: number | null
}

/** One pump and the car before it, drawn from what the pump itself shows. Nothing is estimated. */
export function PumpPicture({ pump, car, unitPriceFenPerLitre }: PumpPictureProps) {
  const amount = toYuanText(pump.amountFen)
  const volume = toLitresText(pump.volumeMl)
  const price = unitPriceFenPerLitre === null ? '' : toYuanText(unitPriceFenPerLitre)
  return (
    <svg
      className={`pump pump-${pump.state}`}
      viewBox="6 8 228 286"
      preserveAspectRatio="xMidYMax"
      aria-hidden="true"
    >
      <ellipse cx="120" cy="226" rx="112" ry="12" className="pump-pool" />
      <rect x="30" y="218" width="180" height="12" rx="4" className="pump-island" />
      <rect x="44" y="14" width="152" height="206" rx="12" className="pump-body" />
      <rect x="176" y="14" width="20" height="206" rx="10" className="pump-shade" />
      <path d="M44 26a12 12 0 0 1 12-12h128a12 12 0 0 1 12 12v10H44z" className="pump-cap" />
      <rect x="52" y="176" width="136" height="4" rx="2" className="pump-lamp" />
      <path d="M60 192h120M60 199h120M60 206h120" className="pump-vents" />
      <Screen amount={amount} volume={volume} price={price} />
      <NozzleTabs pump={pump} />
      <Hose pump={pump} car={car} />
      <CarPicture car={car} />
      {pump.liftedNozzle !== null && car !== null && (
        <NozzleInCar flowing={pump.state === 'fuelling'} />
      )}
    </svg>
  )
}

type ScreenProps = { readonly amount: string; readonly volume: string; readonly price: string }

function Screen({ amount, volume, price }: ScreenProps) {
  const { t } = useTranslation()
  return (
    <g>
      <rect x="54" y="42" width="132" height="100" rx="6" className="screen" />
      <text x="61" y="52" className="screen-label">
        {t('screen.amount')}
      </text>
      <SevenSegment text={amount} right={179} top={56} height={24} cells={6} />
      <path d="M60 85.5h120" className="screen-line" />
      <text x="61" y="96" className="screen-label">
        {t('screen.volume')}
      </text>
      <SevenSegment text={volume} right={179} top={90} height={23} cells={5} />
      <path d="M60 119h120" className="screen-line" />
      <text x="61" y="133" className="screen-label">
        {t('screen.price')}
      </text>
      <SevenSegment text={price} right={179} top={124} height={13} cells={4} />
    </g>
  )
}

const tabsWidth = 132

function NozzleTabs({ pump }: { readonly pump: WorldPump }) {
  const width = (tabsWidth - (pump.nozzles.length - 1) * 4) / Math.max(1, pump.nozzles.length)
  return (
    <g>
      {pump.nozzles.map((one, index) => {
        const x = 54 + index * (width + 4)
        const isOut = one.nozzle === pump.liftedNozzle
        return (
          <g key={one.nozzle} className={isOut ? 'tab tab-out' : 'tab'}>
            <rect x={x} y="148" width={width} height="23" rx="5" className={`grade-${one.grade}`} />
            <text x={x + width / 2} y="164.5" className={`tab-text grade-text-${one.grade}`}>
              {one.grade === '0' ? '0#' : `${one.grade}#`}
            </text>
          </g>
        )
      })}
    </g>
  )
}

/** Hanging, the hose loops back into its holster; lifted, it reaches the car's filler. */
function Hose({ pump, car }: Pick<PumpPictureProps, 'pump' | 'car'>) {
  const isOut = pump.liftedNozzle !== null
  const reach =
    car === null ? 'M196 132C232 132 232 214 214 226' : 'M196 132C242 132 238 196 206 238'
  const hanging = 'M196 132C230 132 230 208 212 206C202 204 206 160 207 108'
  return (
    <g>
      <rect x="196" y="76" width="16" height="40" rx="4" className="holster" />
      <path d={isOut ? reach : hanging} className="hose" />
      {isOut && pump.state === 'fuelling' && <path d={reach} className="hose-flow" />}
      {!isOut && <path d="M203 108l2-34h8v10l-3 3v21z" className="nozzle" />}
    </g>
  )
}

function NozzleInCar({ flowing }: { readonly flowing: boolean }) {
  return (
    <g className={flowing ? 'nozzle-in nozzle-flowing' : 'nozzle-in'}>
      <path d="M189 243l14-7 6 3-3 8-15 3z" className="nozzle" />
      {flowing && <circle cx="190" cy="246" r="4" className="nozzle-glow" />}
    </g>
  )
}
