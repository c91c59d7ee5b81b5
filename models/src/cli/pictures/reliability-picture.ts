import { percent } from '../bounds.ts'
import type { Bin, Reliability } from '../reliability.ts'
import { drawText, round } from './letters.ts'
import { toPng } from './svg.ts'

const size = { widthPx: 1_040, heightPx: 640 } as const
const plot = { left: 84, top: 122, width: 900, height: 350 } as const
const bottom = plot.top + plot.height
const ink = {
  title: '#11151b',
  text: '#444b55',
  faint: '#5c6570',
  line: '#e4e7eb',
  bar: '#3a78d8',
  said: '#11151b',
  wrong: '#c81e1e',
  threshold: '#1d9d5f',
} as const

/**
 * How often reads of each confidence are right, against what they say: a bar's top is the share
 * right with its 95 % bounds, the black mark the mean confidence said, the number below the
 * count. The green line is the threshold above which a read is accepted.
 *
 * @returns PNG.
 */
export function drawReliability(
  name: string,
  { bins, expectedError }: Reliability,
  threshold: number,
): Promise<Buffer> {
  const error = expectedError === null ? null : `${percent(expectedError)} %`
  const body = [
    `<rect width="100%" height="100%" fill="#fff"/>`,
    drawText(
      { x: 28, y: 44, sizePx: 22, fill: ink.title, bold: true },
      `${name}：可靠性 reliability`,
    ),
    drawText(
      { x: 28, y: 68, sizePx: 14, fill: ink.text },
      `柱：读对的比例及 95 % 区间   黑线：平均置信度   绿线：采信门槛 ${threshold}   ${error === null ? '没有读数' : `平均误差 ${error}`}`,
    ),
    drawText(
      { x: 28, y: 89, sizePx: 14, fill: ink.text },
      `bar: share right with 95 % bounds   black mark: mean confidence   green line: accepted from ${threshold}   ${error === null ? 'no reads' : `mean error ${error}`}`,
    ),
    ...drawRowNames(),
    ...drawScale(),
    ...bins.map((bin, index) => drawBin(bin, index, bins.length)),
    drawThreshold(bins, threshold),
    drawText(
      {
        x: plot.left + plot.width / 2,
        y: bottom + 130,
        sizePx: 14,
        fill: ink.text,
        anchor: 'middle',
      },
      '置信度自 … 至 confidence from … to',
    ),
  ]
  return toPng(size, body.join(''))
}

/** What the two rows of counts below the bars are. */
function drawRowNames(): readonly string[] {
  const place = { x: plot.left - 4, sizePx: 12, anchor: 'end' } as const
  return [
    drawText({ ...place, y: bottom + 68, fill: ink.text }, '读数 reads'),
    drawText({ ...place, y: bottom + 88, fill: ink.wrong }, '读错 wrong'),
  ]
}

function drawScale(): readonly string[] {
  return [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => {
    const y = heightOf(share)
    return `<path d="M${plot.left} ${y}h${plot.width}" stroke="${ink.line}"/>${drawText({ x: plot.left - 12, y: y + 5, sizePx: 13, fill: ink.text, anchor: 'end' }, `${share * 100} %`)}`
  })
}

function heightOf(share: number): number {
  return round(bottom - share * plot.height)
}

function drawBin({ from, to, confidence, right }: Bin, index: number, count: number): string {
  const pitch = plot.width / count
  const x = plot.left + index * pitch
  const middle = round(x + pitch / 2)
  const wrong = right.total - right.count
  const label = { x: middle, sizePx: 12, anchor: 'middle' } as const
  const captions = [
    drawText({ ...label, y: bottom + 22, fill: ink.text }, shortOf(from)),
    drawText({ ...label, y: bottom + 40, fill: ink.text }, `to ${shortOf(to)}`),
    drawText(
      {
        ...label,
        y: bottom + 68,
        sizePx: 13,
        fill: right.total > 0 ? ink.title : ink.faint,
        bold: right.total > 0,
      },
      `${right.total}`,
    ),
    drawText(
      { ...label, y: bottom + 88, sizePx: 13, fill: wrong > 0 ? ink.wrong : ink.faint },
      `${wrong}`,
    ),
  ].join('')
  if (right.share === null || right.low === null || right.high === null) return captions
  const y = heightOf(right.share)
  const said = heightOf(confidence ?? 0)
  const half = pitch * 0.36
  return `<rect x="${round(middle - half)}" y="${y}" width="${round(2 * half)}" height="${round(bottom - y)}" rx="3" fill="${ink.bar}" fill-opacity="0.75"/>
    <path d="M${middle} ${heightOf(right.low)}V${heightOf(right.high)}m-5 0h10M${middle - 5} ${heightOf(right.low)}h10" stroke="${ink.faint}" stroke-width="1.5" fill="none"/>
    <path d="M${round(middle - half)} ${said}h${round(2 * half)}" stroke="${ink.said}" stroke-width="3"/>${captions}`
}

function shortOf(value: number): string {
  return String(value).replace(/^0(?=\.)/, '')
}

/** Bins are equally wide though their ranges are not; the line stands in its bin in proportion. */
function drawThreshold(bins: readonly Bin[], threshold: number): string {
  const index = bins.findIndex(({ from, to }) => threshold >= from && threshold < to)
  const bin = bins[index]
  if (bin === undefined) return ''
  const inside = (threshold - bin.from) / (bin.to - bin.from)
  const x = round(plot.left + ((index + inside) * plot.width) / bins.length)
  return `<path d="M${x} ${plot.top - 8}V${bottom}" stroke="${ink.threshold}" stroke-width="2" stroke-dasharray="6 4"/>`
}
