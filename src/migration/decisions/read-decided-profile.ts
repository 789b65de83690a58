import { identifier_max } from '../../base/canonical-identifier.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Connection } from '../../connections/connection.ts'
import { canonicalIn } from '../../connections/identifier-rules.ts'
import type { Db } from '../../store/tables.ts'
import { readProfileId, type ProfileProblem } from '../legacy-id.ts'
import { readLegacyProfile, type LegacyProfile } from '../legacy-profile.ts'
import { decisionFor, type AppliedDecision, type DecisionDetail, type LedgerNames } from './decision.ts'

/** The text that an excluded user sees where the decision has none. */
export const excluded_text = 'This account was not taken over. Please contact support.'

/** A profile as a decision changes it. `names`: by what the decision was found, so that it can be compared when the user is moved. */
export type DecidedProfile = { names: LedgerNames; decision: AppliedDecision | undefined } & (
  | { kind: 'profile'; profile: LegacyProfile }
  | { kind: 'problem'; problem: ProfileProblem }
  | { kind: 'excluded'; message: string }
)

/** What was typed: the identifier of the call and, at a login, the password. */
export type TypedInput = { identifier: string; password: string | undefined }

function namesOf(connection: Connection, profile: JsonObject, { identifier }: TypedInput): LedgerNames {
  const id = readProfileId(profile, connection.options.id_namespace)
  const texts = [identifier, profile['email'], profile['username']].filter(
    (text): text is string => typeof text === 'string' && text.trim() !== '' && text.length <= identifier_max,
  )
  const identifiers = [...new Set(texts.map((text) => canonicalIn(connection, text)))]
  return { legacy_id: 'id' in id ? id.id : undefined, identifiers }
}

/** The profile with its new identifiers, which are unverified. */
function rename(profile: JsonObject, { email, username, phone_number }: DecisionDetail): JsonObject {
  return {
    ...profile,
    ...(email === undefined ? {} : { email, email_verified: false }),
    ...(username === undefined ? {} : { username }),
    ...(phone_number === undefined ? {} : { phone_number, phone_verified: false }),
  }
}

/**
 * Reads the profile that a script returned, as `readLegacyProfile` does, and applies the decision on the user: an excluded user has no
 * profile, a renamed one other identifiers, an alias the legacy id of the other record.
 */
export async function readDecidedProfile(
  db: Db,
  connection: Connection,
  returned: JsonObject,
  typed: TypedInput,
): Promise<DecidedProfile> {
  const names = namesOf(connection, returned, typed)
  const decision = await decisionFor(db, connection, names)
  const decided = { names, decision }
  if (decision?.kind === 'exclude') {
    return { ...decided, kind: 'excluded', message: decision.detail.message ?? excluded_text }
  }
  const given = decision?.kind === 'rename' ? rename(returned, decision.detail) : returned
  const read = readLegacyProfile(given, connection.options, typed.password)
  if ('problem' in read) return { ...decided, kind: 'problem', problem: read.problem }
  const { profile } = read
  const alias_legacy_id = decision?.kind === 'alias' ? decision.alias_legacy_id : null
  return {
    ...decided,
    kind: 'profile',
    profile: alias_legacy_id === null ? profile : { ...profile, legacy_id: alias_legacy_id },
  }
}
