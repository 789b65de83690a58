import type { Clock } from '../base/clock.ts'
import { requireConnection, type Connection } from '../connections/connection.ts'
import { loginScript } from '../connections/script-matrix.ts'
import type { Sealer } from '../keys/sealer.ts'
import { fingerprintProfile } from '../migration/fingerprint-profile.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import { isTombstoned, observedIdentifiers } from '../migration/move-user.ts'
import { recordObservation, type Through } from '../migration/record-observation.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { retryUniqueViolation } from '../store/retry-unique-violation.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { insertUser } from '../users/insert-user.ts'
import { refreshProfile } from '../users/refresh-profile.ts'
import type { LinkedProfile } from '../users/find-credential.ts'
import { isBlocked, ownerOf, profileById, type User } from '../users/user.ts'
import { spelledProfile } from './spelled-profile.ts'

/**
 * The result of caching a legacy user. Legacy mode caches the profile, never the password. `linked`: the cached profile where the identity
 * was linked to another user, who is `user`. `is_blocked`: one of the two may not log in.
 */
export type CachedUser =
  | { kind: 'cached'; user: User; linked: LinkedProfile | undefined; is_blocked: boolean }
  | { kind: 'tombstoned' }
  | { kind: 'collision'; message: string }

/** Input for caching a legacy user: the profile that the login script returned for `typed`. */
export type UserToCache = {
  connection: Connection
  profile: LegacyProfile
  typed: string
  through: Extract<Through, 'login' | 'signup' | 'api'>
  /** Runs in the same transaction after the user and the ledger record are written. */
  afterWrite?(trx: Transaction, user_id: string): Promise<void>
}

async function insertCached(
  trx: Transaction,
  connection: Connection,
  profile: LegacyProfile,
  at: number,
): Promise<User> {
  const { legacy_id, changes: _changes, spellings: _spellings, ...fields } = profile
  const { tenant_id, connection_id, strategy } = connection
  return await insertUser(trx, {
    tenant_id,
    connection_id,
    strategy,
    identity_user_id: legacy_id,
    ...fields,
    blocked: false,
    legacy_blocked: profile.blocked,
    at,
    last_password_reset: null,
    identifiers: [],
  })
}

const linkedProfile = ({ user_id, connection_id, last_password_reset }: User): LinkedProfile => ({
  user_id,
  connection_id,
  last_password_reset,
})

// Unlike the rest of the profile, the block follows the legacy store at every login.
type Profile = NonNullable<Awaited<ReturnType<typeof profileById>>>

async function setLegacyBlock(trx: Transaction, tenant_id: string, user: Profile, is_blocked: boolean): Promise<void> {
  if (user.legacy_blocked === is_blocked) return
  await trx
    .updateTable('users')
    .set({ legacy_blocked: is_blocked ? 1 : 0 })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user.user_id)
    .execute()
  if (is_blocked) await endSessionsOf(trx, tenant_id, [user.linked_to ?? user.user_id])
}

/**
 * Inserts or refreshes the cached profile of a user that the login script accepted, and records the user in the ledger. A user who was
 * deleted here only is not cached again.
 *
 * @throws {Refusal} `connection_deleted`
 */
export async function cacheLegacyUser(
  deps: { db: Db; clock: Clock; sealer: Sealer },
  { connection, profile, typed, through, afterWrite }: UserToCache,
): Promise<CachedUser> {
  const { tenant_id, connection_id } = connection
  const { legacy_id } = profile
  const refreshes = (connection.options.set_user_root_attributes ?? 'on_each_login') === 'on_each_login'
  const fingerprints = {
    source: loginScript(connection),
    fields: fingerprintProfile(deps.sealer, connection_id, profile),
  } as const
  return await retryUniqueViolation(() =>
    inTransaction(deps.db, async (trx): Promise<CachedUser> => {
      await requireConnection(trx, connection)
      const at = deps.clock.now()
      const existing = await profileById(trx, tenant_id, `auth0|${legacy_id}`)
      if (existing && existing.connection_id !== connection_id) {
        return {
          kind: 'collision',
          message: `The id ${legacy_id} belongs to a user of another connection. Set options.id_namespace on one of the two.`,
        }
      }
      if (await isTombstoned(trx, connection, legacy_id)) return { kind: 'tombstoned' }
      const spelled = spelledProfile(profile)
      if (existing) await setLegacyBlock(trx, tenant_id, existing, profile.blocked)
      if (existing && refreshes) await refreshProfile(trx, tenant_id, existing.user_id, spelled, at)
      const cached = existing
        ? await profileById(trx, tenant_id, existing.user_id)
        : await insertCached(trx, connection, spelled, at)
      const user = existing ? await ownerOf(trx, tenant_id, existing.user_id) : cached
      if (!cached || !user) throw new Error('A cached user is missing in the transaction that refreshes it')
      const is_blocked = isBlocked(cached) || isBlocked(user)
      await recordObservation(trx, {
        tenant_id,
        connection_id,
        at,
        identifiers: observedIdentifiers(connection, typed, profile),
        legacy_id,
        email: profile.email,
        username: profile.username,
        through,
        outcome: is_blocked ? 'blocked' : 'legacy_success',
        state: profile.blocked ? 'refused' : 'seen',
        creates_record: true,
        fingerprints,
        profile_changes: profile.changes,
      })
      await afterWrite?.(trx, cached.user_id)
      const linked = user.user_id === cached.user_id ? undefined : linkedProfile(cached)
      return { kind: 'cached', user, linked, is_blocked }
    }),
  )
}
