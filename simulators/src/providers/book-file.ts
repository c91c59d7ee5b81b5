import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type Book, BookLine, createBook } from './charges.ts'

export type BookFile = {
  readonly book: Book
  /** Keeps lines on disk (when there is a file), then in the book. All of them or, after a crash, a beginning. */
  write(lines: readonly BookLine[]): void
  close(): void
}

/** The file is not a book: a person must look before money is decided on it. */
class BookFileError extends Error {
  override readonly name = 'BookFileError'
  readonly code = 'book_unreadable'
}

/**
 * Opens a provider's book: in memory when `path` is null, else restored from a file of JSON
 * lines and appended to it. A last line that was cut by a crash was never answered, so it is
 * left out; a bad line anywhere else is an error.
 *
 * @throws {BookFileError} `book_unreadable`, with the line's number.
 */
export function openBookFile(path: string | null): BookFile {
  const book = createBook()
  if (path === null) {
    return { book, write: (lines) => writeAll(book, lines), close: () => undefined }
  }
  const file = openSync(path, 'a+')
  ftruncateSync(file, restore(book, readFileSync(file, 'utf8'), path))
  return {
    book,
    write: (lines) => {
      // One write for a charge and its money, so that a crash leaves both or a cut line.
      writeSync(file, `${JSON.stringify(lines)}\n`)
      fdatasyncSync(file)
      writeAll(book, lines)
    },
    close: () => closeSync(file),
  }
}

function writeAll(book: Book, lines: readonly BookLine[]): void {
  for (const line of lines) book.write(line)
}

/** How many bytes of the file are whole lines. */
function restore(book: Book, text: string, path: string): number {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
    writeAll(book, parseLine(line, `${path}:${index + 1}`))
  }
  return Buffer.byteLength(whole)
}

function parseLine(line: string, where: string): readonly BookLine[] {
  try {
    return BookLine.array().parse(JSON.parse(line))
  } catch (cause) {
    throw new BookFileError(`${where} is not a line of a provider's book`, { cause })
  }
}
