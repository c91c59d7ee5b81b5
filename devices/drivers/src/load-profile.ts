import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkProfile } from './check-profile.ts'
import { ProfileFile, type RegisterProfile, toProfile } from './profile.ts'

/** A profile is missing or wrong. A person must mend the configuration or the file. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError'
  readonly code: 'profile_unknown' | 'profile_invalid'

  constructor(code: ProfileError['code'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}

const profilesDirectory = join(import.meta.dirname, '../profiles')

/** The names `loadProfile` knows, sorted. */
export function listProfiles(): readonly string[] {
  return readdirSync(profilesDirectory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

/**
 * Loads a register profile by its name.
 *
 * @throws {ProfileError} `profile_unknown`, listing the known names; `profile_invalid`, listing
 *   every mistake in the file.
 */
export function loadProfile(name: string): RegisterProfile {
  const known = listProfiles()
  if (!known.includes(name)) {
    const detail = `profile "${name}" is unknown; known are ${known.join(', ')}`
    throw new ProfileError('profile_unknown', detail)
  }
  const text = readFileSync(join(profilesDirectory, `${name}.json`), 'utf8')
  return parseProfile(name, JSON.parse(text))
}

/**
 * Checks a profile from anywhere, for instance one a station brings along.
 *
 * @throws {ProfileError} `profile_invalid`, one line for every mistake: path and remedy.
 */
export function parseProfile(name: string, content: unknown): RegisterProfile {
  const parsed = ProfileFile.safeParse(content)
  const mistakes = parsed.success
    ? checkProfile(parsed.data)
    : parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  if (parsed.success && parsed.data.name !== name) {
    const message = `says "${parsed.data.name}"; the profile is called "${name}"`
    throw new ProfileError('profile_invalid', `profile "${name}" is wrong:\n  name: ${message}`)
  }
  if (!parsed.success || mistakes.length > 0) {
    const lines = mistakes.map(({ path, message }) => `  ${path}: ${message}`)
    throw new ProfileError('profile_invalid', [`profile "${name}" is wrong:`, ...lines].join('\n'))
  }
  return toProfile(parsed.data)
}
