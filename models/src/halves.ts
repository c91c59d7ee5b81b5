import type { Job } from './warp.ts'

/** One job as two, each with half of the rows or columns, whichever are more: it shows the least of a leaning plate. */
export function halvesOf({ window, target, samples }: Job): readonly [Job, Job] {
  const { widthPx, heightPx, offset, rowPx } = target
  if (heightPx >= widthPx) {
    const upperPx = heightPx >> 1
    const middle = window.top + ((window.bottom - window.top) * upperPx) / heightPx
    const below = { ...target, offset: offset + upperPx * rowPx, heightPx: heightPx - upperPx }
    return [
      { window: { ...window, bottom: middle }, target: { ...target, heightPx: upperPx }, samples },
      { window: { ...window, top: middle }, target: below, samples },
    ]
  }
  const leftPx = widthPx >> 1
  const middle = window.left + ((window.right - window.left) * leftPx) / widthPx
  const beside = { ...target, offset: offset + leftPx, widthPx: widthPx - leftPx }
  return [
    { window: { ...window, right: middle }, target: { ...target, widthPx: leftPx }, samples },
    { window: { ...window, left: middle }, target: beside, samples },
  ]
}
