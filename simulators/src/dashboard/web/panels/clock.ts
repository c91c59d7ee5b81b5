/** An instant as a wall clock shows it where the page is read: `14:03:27`. */
export function toClockText(at: string): string {
  return new Date(at).toLocaleTimeString('zh-CN', { hour12: false })
}
