import { canonicalIdentifier } from '../base/canonical.ts'
import { writeJson } from '../store/json-column.ts'
import type { UserProfile } from './user.ts'

/** The columns of a user that a profile decides alone, whoever says it. A user without a name is called by what they log in with. */
export function profileColumns(profile: Omit<UserProfile, 'blocked' | 'user_metadata' | 'app_metadata'>) {
  const { email, username, phone_number, given_name, family_name, picture } = profile
  return {
    email,
    email_lower: email === null ? null : canonicalIdentifier(email),
    email_verified: profile.email_verified ? 1 : 0,
    username,
    username_lower: username === null ? null : canonicalIdentifier(username),
    phone_number,
    phone_verified: profile.phone_verified ? 1 : 0,
    name: profile.name ?? email ?? username,
    given_name,
    family_name,
    picture,
    extra: writeJson(profile.extra),
  } as const
}
