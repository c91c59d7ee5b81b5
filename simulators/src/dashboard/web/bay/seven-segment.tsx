/** Which of the segments a to g (clockwise from the top, g in the middle) a figure lights. */
const lit: Readonly<Record<string, string>> = {
  '0': 'abcdef',
  '1': 'bc',
  '2': 'abged',
  '3': 'abgcd',
  '4': 'fgbc',
  '5': 'afgcd',
  '6': 'afgedc',
  '7': 'abc',
  '8': 'abcdefg',
  '9': 'abcdfg',
  '-': 'g',
}

/** The seven bars in a cell of 10 by 18, with the small gaps a real display has. */
const bars: Readonly<Record<string, string>> = {
  a: '1.5,0.4 8.5,0.4 6.6,2.9 3.4,2.9',
  b: '9.5,1 9.5,8.3 8.4,8.8 6.9,7.5 6.9,3.5',
  c: '9.5,9.7 9.5,17 6.9,14.5 6.9,10.5 8.4,9.2',
  d: '1.5,17.6 8.5,17.6 6.6,15.1 3.4,15.1',
  e: '0.5,9.7 0.5,17 3.1,14.5 3.1,10.5 1.6,9.2',
  f: '0.5,1 0.5,8.3 1.6,8.8 3.1,7.5 3.1,3.5',
  g: '2,9 3.4,7.8 6.6,7.8 8,9 6.6,10.2 3.4,10.2',
}

type SevenSegmentProps = {
  readonly text: string
  /** Right edge and top of the row, in the picture's units. */
  readonly right: number
  readonly top: number
  readonly height: number
  /** Dark cells to the left are shown up to this many figures. */
  readonly cells: number
}

/** Figures as a pump's display shows them: right-aligned, the unlit bars faintly there. */
export function SevenSegment({ text, right, top, height, cells }: SevenSegmentProps) {
  const scale = height / 18
  const stepX = 12.6 * scale
  const glyphs = toGlyphs(text).reverse()
  const row = [
    ...glyphs,
    ...Array.from({ length: Math.max(0, cells - glyphs.length) }, () => blank),
  ]
  return (
    <g className="segments">
      {row.map((glyph, fromRight) => {
        const x = right - (fromRight + 1) * stepX
        // The place in the row is what a cell is: cells neither move nor come and go.
        const key = `cell-${fromRight}`
        return (
          <g key={key} transform={`translate(${x} ${top}) skewX(-4) scale(${scale})`}>
            {Object.entries(bars).map(([name, points]) => (
              <polygon
                key={name}
                points={points}
                className={lit[glyph.figure]?.includes(name) ? 'bar-on' : 'bar-off'}
              />
            ))}
            {glyph.dot && <circle cx={11.3} cy={16.5} r={1.45} className="bar-on" />}
          </g>
        )
      })}
    </g>
  )
}

type Glyph = { readonly figure: string; readonly dot: boolean }
const blank: Glyph = { figure: '', dot: false }

/** A decimal point belongs to the cell of the figure before it. */
function toGlyphs(text: string): Glyph[] {
  return [...text.matchAll(/([0-9-])(\.?)/g)].map(([, figure = '', dot]) => ({
    figure,
    dot: dot === '.',
  }))
}
