import type { PlateRejection } from '@forecourt/contracts'

/** Why a picture has no accepted read, where no read says it. */
type Absence = 'accepted' | 'unreadable_picture' | 'no_plate_there' | 'nothing_found'

const reasons: Readonly<Record<PlateRejection | Absence, string>> = {
  too_small: '车牌太小',
  views_disagree: '两次读得不同',
  ambiguous: '两可',
  colour_disagrees: '底色不符',
  low_confidence: '把握不足',
  accepted: '已采信',
  unreadable_picture: '图片打不开',
  no_plate_there: '图中无车牌',
  nothing_found: '没有找到',
}
const chinese = new Map<string, string>(Object.entries(reasons))

/** A code for the terminal: `views_disagree · 两次读得不同`. */
export function reasonLine(reason: string): string {
  const known = chinese.get(reason)
  return known === undefined ? reason : `${reason} · ${known}`
}

/** A code for pictures: `两次读得不同 views disagree`; other texts as they are. */
export function reasonText(reason: string): string {
  const words = reason.replaceAll('_', ' ')
  const known = chinese.get(reason)
  return known === undefined ? words : `${known} ${words}`
}

/** Columns of a terminal: a Chinese character takes two. */
export function columnsOf(text: string): number {
  return [...text].reduce(
    (sum, one) => sum + (/[\p{Script=Han}，。：；（）]/u.test(one) ? 2 : 1),
    0,
  )
}

/** Filled with blanks to so many columns, like `padEnd`. */
export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}
