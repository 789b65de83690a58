import type { Clock } from '../base/clock.ts'
import type { JsonObject } from '../base/json.ts'
import { requireConnection, type Connection } from '../connections/connection.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { loginScript } from '../connections/script-matrix.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { insertIdentifiers, insertUser, type UserIdentifier } from '../users/insert-user.ts'
import { ownerOf, type User } from '../users/user.ts'
import { insertCredential, newCredential, type NewCredential } from '../users/write-credential.ts'
import { assignIdentifiers, releaseUsernames, type AssignedIdentifiers } from './assign-identifiers.ts'
import { settleDecisions } from './decisions/settle-decisions.ts'
import { decisionFor, keepsNamesake, type AppliedDecision, type LedgerNames } from './decisions/decision.ts'
import { enqueuePostMigration } from './enqueue-post-migration.ts'
import { fingerprintProfile } from './fingerprint-profile.ts'
import type { LegacyProfile } from './legacy-profile.ts'
import { isAddress, profileIdentifiers } from './profile-identifiers.ts'
import { recordObservation, type Through } from './record-observation.ts'

/** Input for moving a legacy user. */
export type Move = {
  connection: Connection
  profile: LegacyProfile
  /** The decision on the user that the profile was read with, and by what it was found. */
  names: LedgerNames
  decision: AppliedDecision | undefined
  /** The typed identifier, trimmed. */
  identifier: string
  /** The hash of the password that was typed at login or chosen at a reset. */
  password_hash: PasswordHash
  through: Extract<Through, 'login' | 'reset_confirm'>
  /** What has the profile, where it is not the script that decides logins. */
  source?: 'get_user' | 'directory'
  detail?: JsonObject
  /** Runs in the same transaction after the user and the ledger record are written. */
  afterInsert?(trx: Transaction, user_id: string): Promise<void>
}

/**
 * The result of a move. `user`: the one who logs in, to whom the identity may have been linked. `moved_before`: a user of this connection has the legacy id already, and the password stored for that user
 * decides. `blocked`: an administrator blocked the user, whom legacy mode cached. `decided`: a decision on the user was made or taken back
 * since the profile was read, which has to be read again.
 */
export type MoveResult =
  | { kind: 'moved'; user: User; credential_id: string }
  | { kind: 'moved_before'; user_id: string }
  | { kind: 'tombstoned' }
  | { kind: 'decided' }
  | { kind: 'blocked'; user_id: string }
  | { kind: 'collision'; message: string }

/** The dependencies of moving a user. */
export type MoveDeps = { db: Db; clock: Clock; sealer: Sealer }

type ExistingUser =
  | { kind: 'none' }
  | { kind: 'without_password'; user_id: string }
  | { kind: 'moved_before'; user_id: string }
  | { kind: 'tombstoned' }
  | { kind: 'blocked'; user_id: string }
  | { kind: 'collision'; message: string }

type LegacyIdKey = { tenant_id: string; connection_id: string; legacy_id: string }

const stateOf = prepareQuery((db, { tenant_id, connection_id, legacy_id }: LegacyIdKey) =>
  db
    .selectFrom('migration_records')
    .select('state')
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('legacy_id', '=', legacy_id),
)

/** Whether the user of this legacy id was deleted here and the tombstone has not been lifted. */
export async function isTombstoned(db: Db, connection: Connection, legacy_id: string): Promise<boolean> {
  const { tenant_id, connection_id } = connection
  const { rows } = await stateOf(db, { tenant_id, connection_id, legacy_id })
  return rows[0]?.state === 'deleted'
}

const existingUser = prepareQuery((db, { tenant_id, user_id }: { tenant_id: string; user_id: string }) =>
  db
    .selectFrom('users')
    .leftJoin('credentials', (join) =>
      join.onRef('credentials.tenant_id', '=', 'users.tenant_id').onRef('credentials.user_id', '=', 'users.user_id'),
    )
    .select(['users.user_id', 'users.connection_id', 'users.blocked', 'credentials.set_at'])
    .where('users.tenant_id', '=', tenant_id)
    .where('users.user_id', '=', user_id),
)

async function findExistingUser(
  trx: Transaction,
  { connection, profile }: Pick<Move, 'connection' | 'profile'>,
): Promise<ExistingUser> {
  const { tenant_id, connection_id } = connection
  const { rows } = await existingUser(trx, { tenant_id, user_id: `auth0|${profile.legacy_id}` })
  const [existing] = rows
  if (existing && existing.connection_id !== connection_id) {
    return {
      kind: 'collision',
      message: `The id ${profile.legacy_id} belongs to a user of another connection. Set options.id_namespace on one of the two, so that equal ids of two stores are two people.`,
    }
  }
  if (await isTombstoned(trx, connection, profile.legacy_id)) return { kind: 'tombstoned' }
  if (!existing) return { kind: 'none' }
  const { user_id, set_at, blocked } = existing
  if (set_at !== null) return { kind: 'moved_before', user_id }
  return { kind: blocked === 1 ? 'blocked' : 'without_password', user_id }
}

async function insertMovedUser(
  trx: Transaction,
  { connection, profile, through }: Move,
  identifiers: UserIdentifier[],
  credential: NewCredential,
  at: number,
): Promise<User> {
  const { legacy_id, changes: _changes, spellings: _spellings, ...fields } = profile
  return await insertUser(trx, {
    tenant_id: connection.tenant_id,
    connection_id: connection.connection_id,
    strategy: connection.strategy,
    identity_user_id: legacy_id,
    ...fields,
    at,
    last_password_reset: through === 'reset_confirm' ? at : null,
    identifiers,
    credential,
  })
}

// A user that legacy mode cached, or who was imported without a password, has a profile.
async function completeCachedUser(
  trx: Transaction,
  move: Move,
  user_id: string,
  identifiers: UserIdentifier[],
  credential: NewCredential,
  at: number,
): Promise<User> {
  const { tenant_id, connection_id } = move.connection
  // A user who was imported without a password has identifiers.
  const own = await trx
    .selectFrom('user_identifiers')
    .select('value')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  const missing = identifiers.filter(({ value }) => !own.some((each) => each.value === value))
  await insertIdentifiers(trx, tenant_id, connection_id, user_id, missing)
  await insertCredential(trx, tenant_id, user_id, credential, at)
  await trx
    .updateTable('users')
    .set((row) => ({
      // Legacy mode caches the identifiers in the letters of the legacy store.
      email: row.ref('email_lower'),
      username: row.ref('username_lower'),
      phone_number: move.profile.phone_number,
      updated_at: at,
      arrived_through: move.through === 'login' ? 'login' : 'reset',
      arrived_at: at,
      legacy_blocked: 0,
      ...(move.through === 'reset_confirm' ? { last_password_reset: at } : {}),
    }))
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .execute()
  const user = await ownerOf(trx, tenant_id, user_id)
  if (!user) throw new Error(`The user ${user_id} is missing in the transaction that completes it`)
  return user
}

/**
 * The identifiers for the ledger: the typed one, then those of the profile. A username in the form of an address is not one of them: the
 * address may be another user's, who could then not sign up.
 */
export function observedIdentifiers(connection: Connection, identifier: string, profile?: LegacyProfile): string[] {
  const from_profile = (profile ? profileIdentifiers(profile, connection.options) : [])
    .filter(({ kind, value }) => kind !== 'username' || !isAddress(value))
    .map(({ value }) => value)
  return [...new Set([canonicalIn(connection, identifier), ...from_profile])]
}

type MovePlan =
  | Exclude<ExistingUser, { kind: 'none' | 'without_password' }>
  | { kind: 'decided' }
  | { kind: 'movable'; cached_id: string | undefined; assigned: AssignedIdentifiers }

/** What decides whether a user can move. */
export type MoveCheck = Pick<Move, 'connection' | 'profile' | 'names' | 'decision'>

/** Decides whether a user can move, by what the store has at this moment. Nothing is written. */
async function planMove(trx: Transaction, of: MoveCheck): Promise<MovePlan> {
  const { connection, profile, names, decision } = of
  const current = await decisionFor(trx, connection, names)
  if (current?.decision_id !== decision?.decision_id) return { kind: 'decided' }
  if (await keepsNamesake(trx, connection, names.legacy_id ?? '', decision?.record_id)) {
    const message = `The directory has the id ${profile.legacy_id} more than once, and a decision keeps another user of it.`
    return { kind: 'collision', message }
  }
  const existing = await findExistingUser(trx, of)
  if (existing.kind !== 'none' && existing.kind !== 'without_password') return existing
  const cached_id = existing.kind === 'without_password' ? existing.user_id : undefined
  const record_ids = decision ? [decision.record_id, decision.alias_of ?? decision.record_id] : []
  const wanted = profileIdentifiers(profile, connection.options)
  const assigned = await assignIdentifiers(trx, connection, { user_id: cached_id, record_ids }, wanted)
  if (assigned.taken.length === 0) return { kind: 'movable', cached_id, assigned }
  const kinds = assigned.taken.map(({ kind }) => kind)
  const owner = assigned.taken.some(({ is_reserved }) => is_reserved)
    ? 'is reserved for another legacy user by a decision'
    : 'belongs to another user of this connection'
  return {
    kind: 'collision',
    message: `The ${kinds.join(' and the ')} that the legacy store returned for id ${profile.legacy_id} ${owner}.`,
  }
}

/** What `moveUser` would answer at this moment. Nothing is written. */
export async function previewMove(db: Db, check: MoveCheck): Promise<{ kind: MoveResult['kind']; message?: string }> {
  const plan = await inTransaction(db, (trx) => planMove(trx, check))
  if (plan.kind === 'movable') return { kind: 'moved' }
  return plan.kind === 'collision' ? { kind: plan.kind, message: plan.message } : { kind: plan.kind }
}

async function moveOnce(deps: MoveDeps, move: Move): Promise<MoveResult> {
  return await inTransaction(deps.db, async (trx) => {
    const { has_decisions } = await requireConnection(trx, move.connection)
    // The connection may have been read before its first decision.
    const plan = await planMove(trx, { ...move, connection: { ...move.connection, has_decisions } })
    if (plan.kind !== 'movable') return plan
    const { cached_id, assigned } = plan
    const { tenant_id, connection_id } = move.connection
    const { decision, source = loginScript(move.connection) } = move
    const at = deps.clock.now()
    const user_id = `auth0|${move.profile.legacy_id}`
    await releaseUsernames(trx, { tenant_id, connection_id, user_id, through: move.through, at }, assigned)
    const credential = newCredential(move.password_hash, move.through === 'login' ? 'login' : 'reset')
    const user =
      cached_id === undefined
        ? await insertMovedUser(trx, move, assigned.identifiers, credential, at)
        : await completeCachedUser(trx, move, cached_id, assigned.identifiers, credential, at)
    await recordObservation(trx, {
      tenant_id,
      connection_id,
      at,
      identifiers: observedIdentifiers(move.connection, move.identifier, move.profile),
      legacy_id: move.profile.legacy_id,
      email: move.profile.email,
      username: move.profile.username,
      through: move.through,
      outcome: 'moved',
      state: 'migrated',
      creates_record: true,
      user_id,
      // Drift is between the scripts: the directory may be older than either, and they return the profile of an alias for another id.
      ...(source === 'directory' || decision?.kind === 'alias'
        ? {}
        : { fingerprints: { source, fields: fingerprintProfile(deps.sealer, connection_id, move.profile) } }),
      profile_changes: move.profile.changes,
      spellings: [move.identifier, ...move.profile.spellings],
      detail: {
        ...move.detail,
        ...(assigned.losing.length === 0 ? {} : { address_was_username_of: assigned.losing }),
        ...(assigned.address_of === undefined ? {} : { username_is_address_of: assigned.address_of }),
        ...(decision === undefined ? {} : { decision: decision.kind }),
      },
    })
    const { through, profile } = move
    const { legacy_id } = profile
    if (has_decisions) {
      await settleDecisions(trx, { tenant_id, connection_id, legacy_id, user_id: user.user_id, through, at })
    }
    const moved = { user_id: user.user_id, connection_id, legacy_id, through, moved_at: at }
    await enqueuePostMigration(trx, tenant_id, moved)
    await move.afterInsert?.(trx, user_id)
    return { kind: 'moved', user, credential_id: credential.credential_id }
  })
}

/**
 * Moves a legacy user exactly once: writes the user, identity, identifiers, credential, counters and ledger record in one transaction. Of
 * concurrent moves of one user, one writes; the others find the user and answer `moved_before`.
 *
 * @throws {Refusal} `connection_deleted`
 */
export async function moveUser(deps: MoveDeps, move: Move): Promise<MoveResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await moveOnce(deps, move)
    } catch (error) {
      // Another transaction wrote first; the next attempt reads its rows.
      if (attempt >= 5 || uniqueViolation(error) === undefined) throw error
    }
  }
}
