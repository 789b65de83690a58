import { isSecretName } from '../base/is-secret-name.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { TryCheck } from '../contract/script-try.ts'
import type { Sealer } from '../keys/sealer.ts'
import { readJson } from '../store/json-column.ts'
import type { Db } from '../store/tables.ts'
import { recordByLegacyId } from './find-records.ts'
import { fingerprintProfile } from './fingerprint-profile.ts'
import { reserved_attributes, type LegacyProfile } from './legacy-profile.ts'
import { describeChanges } from './profile-changes.ts'
import type { Fingerprints, FingerprintSource } from './record-observation.ts'
import { isHash } from './remove-secrets.ts'

const nothing = (value: JsonValue): boolean =>
  value === null || (isJsonObject(value) && Object.keys(value).length === 0)

/** Each field that would be stored, in its stored form. */
function storedFields({ changes: _, spellings: _spellings, legacy_id, extra, ...fields }: LegacyProfile): TryCheck[] {
  const stored: JsonObject = { user_id: `auth0|${legacy_id}`, ...fields, ...extra }
  return Object.entries(stored).flatMap(([field, value]): TryCheck[] =>
    nothing(value) ? [] : [{ check: 'stored', field, value }],
  )
}

function whyDropped(path: string, returned: JsonObject): string {
  const name = path.slice(path.lastIndexOf('.') + 1)
  if (isSecretName(name)) return 'It has the name of a secret.'
  if (reserved_attributes.has(path)) return 'A script cannot set it.'
  const value = returned[path]
  if (value === undefined) return 'It is a secret by its form, or the password that was typed.'
  if (typeof value !== 'string') return 'Its type or its size cannot be stored here.'
  return isHash(value)
    ? 'It has the form of a password hash.'
    : 'It is the password that was typed, or its form or size cannot be stored here.'
}

const why = {
  cut: 'It is longer than 2048 characters, and is stored up to there.',
  converted: 'It is stored in another type or form than it was returned in.',
}

function changedFields({ changes }: LegacyProfile, returned: JsonObject): TryCheck[] {
  const { dropped = [], cut = [], converted = [] } = describeChanges(changes) ?? {}
  return [
    ...dropped.map((field): TryCheck => ({ check: 'dropped', field, message: whyDropped(field, returned) })),
    ...cut.map((field): TryCheck => ({ check: 'cut', field, message: why.cut })),
    ...converted.map((field): TryCheck => ({ check: 'converted', field, message: why.converted })),
  ]
}

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
  returned: JsonValue,
): Promise<TryCheck[]> {
  return [
    ...storedFields(profile),
    ...changedFields(profile, isJsonObject(returned) ? returned : {}),
    ...(await differingFields(deps, connection, profile)),
  ]
}
