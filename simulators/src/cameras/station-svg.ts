/** The empty bay: sky, canopy with its red edge, posts, a pump, the line on the ground. */
export function stationSvg({
  width,
  height,
}: {
  readonly width: number
  readonly height: number
}): string {
  return `<defs>
      <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#aab6c2"/><stop offset="1" stop-color="#d8dcd9"/></linearGradient>
      <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#76777a"/><stop offset="1" stop-color="#4c4d50"/></linearGradient>
    </defs>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>
    <rect y="330" width="${width}" height="${height}" fill="url(#ground)"/>
    <rect y="34" width="${width}" height="46" fill="#e7e3da"/><rect y="80" width="${width}" height="7" fill="#b3242b"/>
    <rect x="58" y="87" width="34" height="360" fill="#c9c9c4"/><rect x="884" y="87" width="34" height="360" fill="#bcbcb7"/>
    <rect x="846" y="250" width="104" height="240" rx="6" fill="#eceae4"/><rect x="858" y="272" width="80" height="52" fill="#2c3a36"/>
    <path d="M0 640 L${width} 600 L${width} 616 L0 660 Z" fill="#d9d4bd" opacity="0.55"/>`
}
