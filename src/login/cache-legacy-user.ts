import type { Connection } from '../connections/connection.ts'
import type { LegacyProfile } from '../migration/legacy-profile.ts'
import { observedIdentifiers } from '../migration/move-user.ts'
import { observe, type FingerprintSource } from '../migration/records.ts'
import type { Transaction } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { insertUser } from '../users/insert-user.ts'
import { profileColumns } from '../users/profile-columns.ts'
import type { LoginParts } from './login-parts.ts'

/** The user that legacy mode keeps beside the legacy store: a profile, never a password. */
export type CachedUser = { kind: 'cached'; user_id: string; blocked: boolean } | { kind: 'collision'; message: string }

async function refresh(
  trx: Transaction,
  connection: Connection,
  user_id: string,
  profile: LegacyProfile,
  at: number,
): Promise<void> {
  const rule = connection.options.set_user_root_attributes ?? 'on_each_login'
  if (rule !== 'on_each_login') return
  await trx
    .updateTable('users')
    .set({
      ...profileColumns(profile),
      ...(profile.nickname === null ? {} : { nickname: profile.nickname }),
      updated_at: at,
    })
    .where('tenant_id', '=', connection.tenant_id)
    .where('user_id', '=', user_id)
    .execute()
}

/** Writes or refreshes the cached profile of a person whom the scripts accepted, and notes it in the ledger. */
export async function cacheLegacyUser(
  parts: LoginParts,
  connection: Connection,
  profile: LegacyProfile,
  typed: string,
  fingerprints: { source: FingerprintSource; fields: Record<string, string> },
): Promise<CachedUser> {
  const { tenant_id, connection_id } = connection
  const write = () =>
    inTransaction(parts.db, async (trx): Promise<CachedUser> => {
      const at = parts.clock.now()
      const known = await trx
        .selectFrom('users')
        .select(['user_id', 'connection_id', 'blocked'])
        .where('tenant_id', '=', tenant_id)
        .where('user_id', '=', `auth0|${profile.legacy_id}`)
        .executeTakeFirst()
      if (known && known.connection_id !== connection_id) {
        return {
          kind: 'collision',
          message: `The id ${profile.legacy_id} belongs to a user of another connection. Set options.id_namespace on one of the two.`,
        }
      }
      const { legacy_id, dropped: _dropped, ...fields } = profile
      const { user_id } =
        known ??
        (await insertUser(trx, {
          tenant_id,
          connection_id,
          strategy: connection.strategy,
          identity_user_id: legacy_id,
          ...fields,
          at,
          last_password_reset: null,
          identifiers: [],
        }))
      if (known) await refresh(trx, connection, user_id, profile, at)
      await observe(trx, {
        tenant_id,
        connection_id,
        at,
        identifiers: observedIdentifiers(typed, profile),
        legacy_id,
        email: profile.email,
        username: profile.username,
        through: 'login',
        outcome: 'legacy_success',
        state: 'seen',
        makes_record: true,
        fingerprints,
      })
      return { kind: 'cached', user_id, blocked: profile.blocked || known?.blocked === 1 }
    })
  try {
    return await write()
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error
    return await write()
  }
}
