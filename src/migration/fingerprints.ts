import type { Sealer } from '../keys/sealer.ts'
import type { LegacyProfile } from './legacy-profile.ts'

/** A keyed digest per field of a profile, so that two answers can be compared later without keeping either. */
export function fingerprintProfile(
  sealer: Sealer,
  connection_id: string,
  profile: LegacyProfile,
): Record<string, string> {
  const { dropped: _dropped, legacy_id, extra, ...fields } = profile
  const prints: Record<string, string> = {}
  const all = { user_id: legacy_id, ...fields, ...extra }
  for (const [field, value] of Object.entries(all)) {
    if (value === null) continue
    prints[field] = sealer.fingerprint(JSON.stringify(value), `fingerprint/${connection_id}/${field}`)
  }
  return prints
}
