/** A name for a screen that anyone can see: 王小明 → 王**. The length tells nothing either. */
export function maskName(name: string): string {
  const [first = ''] = new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(name.trim())
  const letter = typeof first === 'string' ? first : first.segment
  return letter.length > 0 && letter.length <= 30 ? `${letter}**` : '**'
}
