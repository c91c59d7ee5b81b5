import { callersFolder } from '@forecourt/contracts/callers-folder'

/** Relative paths are meant from where `npm run plates` was typed. */
export function enterCallersFolder(): void {
  const folder = callersFolder('plates', process.env)
  if (folder !== null) process.chdir(folder)
}
