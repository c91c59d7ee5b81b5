import { frameSize } from './plan-pass.ts'
import type { Box } from './raster.ts'
import { framesPerSecond } from './timing.ts'

/** Which of seven strokes a digit has: top, upper right, lower right, foot, lower left, upper left, middle. */
const digitStrokes = [
  '1111110',
  '0110000',
  '1101101',
  '1111001',
  '0110011',
  '1011011',
  '1011111',
  '1110000',
  '1111111',
  '1111011',
]
const strokes = ['M0 0H8', 'M8 0V8', 'M8 8V16', 'M0 16H8', 'M0 8V16', 'M0 0V8', 'M0 8H8']
const pitchPx = 14

/** The clock that cameras write into their pictures: text that is no plate. */
export function timeStampSvg(
  seed: number,
  frame: number,
): { readonly body: string; readonly box: Box } {
  const second = (seed % 86_400) + Math.floor(frame / framesPerSecond)
  const parts = [Math.floor(second / 3_600) % 24, Math.floor(second / 60) % 60, second % 60]
  const text = `20260314 ${parts.map((part) => String(part).padStart(2, '0')).join('')}`
  const y = seed % 2 === 0 ? 24 : frameSize.height - 40
  const digits = [...text].map((character, index) => {
    const pattern = digitStrokes[Number(character)]
    if (character === ' ' || pattern === undefined) return ''
    const path = strokes.filter((_, stroke) => pattern[stroke] === '1').join('')
    return `<path transform="translate(${24 + index * pitchPx} ${y})" d="${path}"/>`
  })
  const body = `<g fill="none" stroke="#101010" stroke-width="4" stroke-linecap="round">${digits.join('')}</g><g fill="none" stroke="#f4f4f4" stroke-width="2" stroke-linecap="round">${digits.join('')}</g>`
  const box = { left: 20, top: y - 4, width: digits.length * pitchPx + 8, height: 24 }
  return { body, box }
}
