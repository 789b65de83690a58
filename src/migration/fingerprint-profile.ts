import type { Sealer } from '../keys/sealer.ts'
import type { LegacyProfile } from './legacy-profile.ts'

/** A keyed digest of each field of a profile, so that two profiles can be compared without storing either. */
export function fingerprintProfile(
  sealer: Sealer,
  connection_id: string,
  profile: LegacyProfile,
): Record<string, string> {
  const { changes: _changes, spellings: _spellings, legacy_id, extra, ...fields } = profile
  const fingerprints: Record<string, string> = {}
  const all_fields = { user_id: legacy_id, ...fields, ...extra }
  for (const [field, value] of Object.entries(all_fields)) {
    if (value === null) continue
    fingerprints[field] = sealer.fingerprint(JSON.stringify(value), `fingerprint/${connection_id}/${field}`)
  }
  return fingerprints
}
