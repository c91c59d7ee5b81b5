import { hasOutlines } from './letters.ts'

/** A folder's name for titles; where it has characters that cannot be drawn, its number or what it is. */
export function folderTitle(name: string, number: number | null): string {
  if (hasOutlines(name)) return name
  return number === null ? '文件夹 folder' : `文件夹 ${number} folder ${number}`
}

/** A picture's name; where it cannot be drawn, where it stands in `labels.csv`. */
export function fileTitle({
  file,
  line,
}: {
  readonly file: string
  readonly line: number
}): string {
  return hasOutlines(file) ? file : `第 ${line} 行 line ${line}`
}
