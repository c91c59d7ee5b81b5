import { callersFolder } from '@forecourt/contracts/callers-folder'

/** Relative paths are meant from where `npm run visits` was typed. */
export function enterCallersFolder(): void {
  const folder = callersFolder('visits', process.env)
  if (folder !== null) process.chdir(folder)
}
