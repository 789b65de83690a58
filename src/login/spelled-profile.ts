import type { LegacyProfile } from '../migration/legacy-profile.ts'

const lowerAscii = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

/** The profile with its identifiers in the letters of the legacy store, whose scripts are called with them. */
export function spelledProfile(profile: LegacyProfile): LegacyProfile {
  const spelled = (text: string | null): string | null =>
    profile.spellings.find((spelling) => lowerAscii(spelling) === text) ?? text
  return { ...profile, email: spelled(profile.email), username: spelled(profile.username) }
}
