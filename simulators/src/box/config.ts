/**
 * What every child process may see of our own environment: where programs are and which
 * language people read. Settings and secrets are given one by one, never inherited.
 */
export function inheritedEnv(): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TZ'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** The folders programs are looked for in; `sbin` is where Debian puts servers. */
export function programFolders(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/bin']
}
