import type { Connection } from '../../connections/connection.ts'
import { outcomes, type ScriptFailure } from '../../contract/outcomes.ts'
import type { RehearsalOutcome } from '../../contract/rehearsal.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { HashError } from '../../passwords/formats/index.ts'
import type { Db, DirectoryRowsTable, MigrationRecordsTable } from '../../store/tables.ts'
import { severalUsers } from '../decisions/choose-profile.ts'
import type { LegacyResult, LegacyStore } from '../legacy-store.ts'
import { previewMove } from '../move-user.ts'
import { profileIdentifiers } from '../profile-identifiers.ts'
import type { ReturnedHash } from '../returned-hash.ts'
import { readStoredHash } from '../stored-hash.ts'
import type { RehearsedUser } from './rehearsal-counts.ts'
import { sharingRecords } from './sharing-records.ts'

/** The dependencies of rehearsing one user. */
export type RehearseUserDeps = { db: Db; sealer: Sealer; legacy: Pick<LegacyStore, 'findHash'> }

/** A user of the directory, with the record. */
export type DirectoryUser = Pick<MigrationRecordsTable, 'record_id' | 'legacy_id' | 'state'> &
  Pick<DirectoryRowsTable, 'email' | 'username' | 'phone_number' | 'hash_form' | 'problem' | 'rehearsed_outcome'>

/**
 * What a call of `get_user` led to. `not_called`: the circuit is open, or too many calls wait. `outage`: the legacy store gave no answer.
 */
export type Rehearsed =
  | { kind: 'rehearsed'; user: RehearsedUser; duration_ms: number | undefined }
  | { kind: 'not_called' }
  | { kind: 'outage'; outcome: RehearsalOutcome; duration_ms: number }

type Named = Pick<DirectoryUser, 'email' | 'username' | 'phone_number'>
type Answer = Omit<RehearsedUser, 'hash_form'>

/** The identifier that `get_user` is called with; null where the user has none, or is here or was deleted here. */
export function calledWith({ state, email, username, phone_number }: DirectoryUser): string | null {
  return state === 'migrated' || state === 'deleted' ? null : (email ?? username ?? phone_number)
}

const plain = (outcome: RehearsalOutcome, message?: string): Answer => ({
  outcome,
  detail: message === undefined ? undefined : { message },
  changes: undefined,
})

const refusedProfile = (field: string, message: string): Answer => ({
  outcome: 'profile_refused',
  detail: { field, message: `The profile's ${field} ${message}.` },
  changes: undefined,
})

/** The form of a returned hash, or why no password of the user can be right. */
function readHash(
  deps: { sealer: Sealer },
  connection: Connection,
  hash: ReturnedHash | undefined,
): { form: string | null } | { answer: Answer } {
  if (hash === undefined) return { form: null }
  if (hash.kind === 'none') return { answer: plain('no_password', 'The legacy store has no password of the user.') }
  if (hash.kind === 'invalid') return { answer: refusedProfile(hash.problem.field, hash.problem.message) }
  try {
    return { form: readStoredHash(deps, connection, hash.stored).format }
  } catch (error) {
    if (!(error instanceof HashError)) throw error
    return { answer: refusedProfile('password_hash', `cannot be verified: ${error.message}`) }
  }
}

/** What a login would become of a user who was found, with the password right. */
async function judgeFound(
  deps: RehearseUserDeps,
  connection: Connection,
  user: DirectoryUser,
  found: Extract<LegacyResult, { kind: 'found' }>,
): Promise<Answer> {
  const { profile, names, decision } = found
  const { changes } = profile
  const preview = await previewMove(deps.db, { connection, profile, names, decision })
  const { message } = preview
  if (preview.kind === 'moved_before') return plain('already_moved')
  if (profile.blocked) return plain('blocked', 'The legacy store says that this user is blocked.')
  if (preview.kind === 'blocked') return plain('blocked', 'An administrator blocked this user.')
  if (preview.kind === 'tombstoned') return plain('tombstoned')
  const is_other = user.legacy_id !== null && names.legacy_id !== user.legacy_id
  const shared = async (named: Named, own: (string | null | undefined)[]): Promise<Answer | undefined> => {
    const identifiers = profileIdentifiers(named, connection.options).map(({ value }) => value)
    const others = await sharingRecords(deps.db, connection, identifiers, own)
    return others.length === 0 ? undefined : { outcome: 'shared_identifier', detail: { with: others }, changes }
  }
  if (is_other) {
    // The legacy store finds one of the users of an identifier, or it is wrong.
    const other = plain('other_user', 'get_user returned another legacy user for the identifier.')
    return (await shared(user, [user.record_id])) ?? other
  }
  if (preview.kind !== 'collision' && decision?.kind !== 'keep') {
    const found_shared = await shared(profile, [user.record_id, decision?.record_id, decision?.alias_of])
    if (found_shared) return found_shared
  }
  if (preview.kind === 'collision') return { ...plain('collision', message), changes }
  if (user.problem === 'repeated_id') return { ...plain('repeated_id'), changes }
  return { ...plain('moved'), changes }
}

const outage_outcomes: Partial<Record<ScriptFailure, RehearsalOutcome>> = {
  legacy_unreachable: 'legacy_unreachable',
  legacy_timeout: 'legacy_timeout',
  script_timeout: 'script_timeout',
  out_of_memory: 'out_of_memory',
}

/**
 * Does for one user of the directory all that a login with the right password does, and writes nothing. The user is looked up by the e-mail
 * address or, without one, by the username or the phone number.
 */
export async function rehearseUser(
  deps: RehearseUserDeps,
  connection: Connection,
  user: DirectoryUser,
): Promise<Rehearsed> {
  const done = (answer: Answer, hash_form: string | null, duration_ms?: number): Rehearsed => ({
    kind: 'rehearsed',
    user: { ...answer, hash_form },
    duration_ms,
  })
  const { hash_form: listed_form } = user
  if (user.state === 'migrated') return done(plain('already_moved'), listed_form)
  if (user.state === 'deleted') return done(plain('tombstoned'), listed_form)
  const identifier = calledWith(user)
  if (identifier === null) {
    return done(refusedProfile('email', 'is missing in the directory: the user cannot be looked up'), listed_form)
  }
  const { result, hash } = await deps.legacy.findHash(connection, identifier, user.legacy_id ?? undefined)
  const { duration_ms } = result
  switch (result.kind) {
    case 'failed': {
      if (outcomes[result.outcome].script_failure === 'not_called') return { kind: 'not_called' }
      const outcome = outage_outcomes[result.outcome]
      if (outcome !== undefined) return { kind: 'outage', outcome, duration_ms }
      // The message of a script may have anything of the user: it is in the script log.
      return done(plain('script_error'), listed_form, duration_ms)
    }
    case 'refused':
      return done(plain('script_error'), listed_form, duration_ms)
    case 'not_found':
      return done(plain('unknown_user'), listed_form, duration_ms)
    case 'several':
      return done(plain('collision', severalUsers(result.legacy_ids)), listed_form, duration_ms)
    case 'excluded':
      return done(plain('excluded'), listed_form, duration_ms)
    case 'invalid_profile':
      return done(refusedProfile(result.problem.field, result.problem.message), listed_form, duration_ms)
    case 'found': {
      const read = readHash(deps, connection, hash)
      const judged = await judgeFound(deps, connection, user, result)
      const answer = 'answer' in read && judged.outcome !== 'already_moved' ? read.answer : judged
      return done(answer, 'form' in read ? (read.form ?? listed_form) : listed_form, duration_ms)
    }
  }
}
