import { defined } from '../base/defined.ts'
import type { JsonObject } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import type { LegacyAnswer } from '../contract/people.ts'
import { severalUsers } from '../migration/decisions/choose-profile.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import type { LegacyResult, LegacyStore } from '../migration/legacy-store.ts'

/** A profile in the form in which it would be stored. It has no secrets: those of the script's answer were removed when it was read. */
function shownProfile({
  changes: _changes,
  spellings: _spellings,
  legacy_id,
  extra,
  ...profile
}: LegacyProfile): JsonObject {
  const members = Object.entries({ ...profile, ...extra }).filter(([, value]) => value !== null)
  return { user_id: `auth0|${legacy_id}`, ...(Object.fromEntries(members) as JsonObject) }
}

function answerOf(result: LegacyResult): Omit<LegacyAnswer, 'identifier'> {
  switch (result.kind) {
    case 'found':
      return { outcome: 'found', profile: shownProfile(result.profile) }
    case 'excluded':
      return { outcome: 'excluded', message: result.message }
    case 'not_found':
      return { outcome: 'not_found' }
    case 'several':
      return { outcome: 'collision', message: severalUsers(result.legacy_ids) }
    case 'invalid_profile':
      return {
        outcome: 'profile_refused',
        message: `The profile's ${result.problem.field} ${result.problem.message}.`,
      }
    case 'refused':
      // get_user cannot refuse a user: each of its errors is a failure.
      return { outcome: 'script_error', ...defined({ message: result.message }) }
    case 'failed':
      return { outcome: result.outcome, message: result.message }
  }
}

/** What the legacy store says of a person at this moment, by `get_user`. Nothing is recorded in the ledger. */
export async function inspectPerson(
  { legacy }: { legacy: Pick<LegacyStore, 'runGetUser'> },
  connection: Connection,
  identifier: string,
): Promise<LegacyAnswer> {
  return { identifier, ...answerOf(await legacy.runGetUser(connection, identifier)) }
}
