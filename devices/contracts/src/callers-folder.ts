/**
 * Where somebody stood who typed `npm run SCRIPT`, and from where their relative paths are meant:
 * npm itself goes to the project's folder first. Null when npm did not run this very script.
 */
export function callersFolder(
  script: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  return env['npm_lifecycle_event'] === script ? (env['INIT_CWD'] ?? null) : null
}
