import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { TryCheck } from '../contract/script-try.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { recordByLegacyId } from './find-records.ts'
import { fingerprintProfile } from './fingerprint-profile.ts'
import type { LegacyProfile } from './legacy-profile.ts'
import { explainChanges } from './profile-changes.ts'
import type { Fingerprints, FingerprintSource } from './record-observation.ts'

const nothing = (value: JsonValue): boolean =>
  value === null || (isJsonObject(value) && Object.keys(value).length === 0)

/** Each field that would be stored, in its stored form. */
function storedFields({ changes: _, spellings: _spellings, legacy_id, extra, ...fields }: LegacyProfile): TryCheck[] {
  const stored: JsonObject = { user_id: `auth0|${legacy_id}`, ...fields, ...extra }
  return Object.entries(stored).flatMap(([field, value]): TryCheck[] =>
    nothing(value) ? [] : [{ check: 'stored', field, value }],
  )
}

const changedFields = ({ changes }: LegacyProfile): TryCheck[] =>
  explainChanges(changes).map(({ kind, path, why }) => ({ check: kind, field: path, message: why }))

/** The fields in which a profile differs from those that `login` and `get_user` last returned for the user. Names, never values. */
async function differingFields(
  { db, sealer }: { db: Db; sealer: Sealer },
  connection: Connection,
  profile: LegacyProfile,
): Promise<TryCheck[]> {
  const record = await recordByLegacyId(db, connection, profile.legacy_id)
  if (!record) return []
  const fingerprints = fingerprintProfile(sealer, connection.connection_id, profile)
  const kept = readJson<Fingerprints>(record.fingerprints)
  return (['login', 'get_user'] as const satisfies FingerprintSource[]).flatMap((source) => {
    const last = kept[source]
    if (last === undefined) return []
    const fields = new Set([...Object.keys(last), ...Object.keys(fingerprints)])
    const message = `It differs from what ${source} last returned for this user.`
    return [...fields]
      .filter((field) => last[field] !== fingerprints[field])
      .toSorted()
      .map((field): TryCheck => ({ check: 'differs', field, message }))
  })
}

/** What a returned profile would become: each stored field, what is not stored as it was returned, and what differs from the ledger. */
export async function checkProfile(
  deps: { db: Db; sealer: Sealer },
  connection: Connection,
  profile: LegacyProfile,
): Promise<TryCheck[]> {
  return [...storedFields(profile), ...changedFields(profile), ...(await differingFields(deps, connection, profile))]
}
