import type { Clock } from '../base/clock.ts'
import { connectionById } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvents, type NewLogEvent } from '../logs/record-event.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inReadCommittedTransaction } from '../store/transaction.ts'
import type { PasswordHash } from '../passwords/passwords.ts'
import { rehashCredential } from '../users/write-credential.ts'
import type { LinkedProfile } from '../users/find-credential.ts'
import type { User } from '../users/user.ts'
import { clearAttempts, type ProtectedAttempt } from './brute-force-protection.ts'

/** A login to complete: the password is correct and the post-login steps allow it. */
export type CompletableLogin = {
  /** The user as read when the password was verified. */
  user: User
  /** The credential that the password matched; undefined in legacy mode. */
  credential_id: string | undefined
  /** The profile of the identity, with the credential, where it was linked to the user. */
  linked: LinkedProfile | undefined
  /** A hash of the same password, to store instead of the credential's. */
  rehashed: PasswordHash | undefined
  ip: string
  /** Epoch milliseconds. */
  at: number
  /** The failed attempts to clear; undefined without brute-force protection. */
  counted: ProtectedAttempt | undefined
  event: NewLogEvent
}

/** The writes of tokens, a session or a code that a login issues, with their log events. */
export type IssuedWrites = { events: NewLogEvent[]; write(trx: Transaction): Promise<void> }

type LoginRow = {
  tenant_id: string
  user_id: string
  connection_id: string
  /** When the user's password was set, as read when it was verified; -1 for a password that was never replaced. */
  password_set_at: number
  /** The user to whom the identity belongs. */
  owner_id: string
  at: number
  ip: string
}

const never = -1

// The conditions on the user's own row hold after a wait for a transaction that changes the user: PostgreSQL evaluates them again, and
// those on other tables not. So the time of the password is compared besides the id of the credential.
const updateProfile = (db: Db, { tenant_id, user_id, connection_id, password_set_at, owner_id, at, ip }: LoginRow) =>
  db
    .updateTable('users')
    .set((row) => ({
      logins_count: row('logins_count', '+', 1),
      last_login: at,
      last_ip: ip,
      updated_at: at,
    }))
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('blocked', '=', 0)
    .where('legacy_blocked', '=', 0)
    .where((row) => row(row.fn.coalesce('linked_to', 'user_id'), '=', owner_id))
    .where((row) => row(row.fn.coalesce('last_password_reset', row.val(never)), '=', password_set_at))
    .where((where) =>
      where.exists(
        where
          .selectFrom('connections')
          .select('connection_id')
          .where('tenant_id', '=', tenant_id)
          .where('connection_id', '=', connection_id),
      ),
    )

const countLogin = prepareQuery(updateProfile)

const countLoginByCredential = prepareQuery((db, { credential_id, ...login }: LoginRow & { credential_id: string }) =>
  updateProfile(db, login).where((where) =>
    where.exists(
      where
        .selectFrom('credentials')
        .select('user_id')
        .where('tenant_id', '=', login.tenant_id)
        .where('user_id', '=', login.user_id)
        .where('credential_id', '=', credential_id),
    ),
  ),
)

const countLoginOfOwner = prepareQuery(
  (db, { tenant_id, owner_id, at, ip }: Pick<LoginRow, 'tenant_id' | 'owner_id' | 'at' | 'ip'>) =>
    db
      .updateTable('users')
      .set((row) => ({ logins_count: row('logins_count', '+', 1), last_login: at, last_ip: ip, updated_at: at }))
      .where('tenant_id', '=', tenant_id)
      .where('user_id', '=', owner_id)
      .where('linked_to', 'is', null)
      .where('blocked', '=', 0)
      .where('legacy_blocked', '=', 0),
)

/** The user or the connection changed after the password was verified. Rolls the transaction back. */
class UserChanged extends Error {
  constructor() {
    super('The user changed during the login')
    this.name = 'UserChanged'
  }
}

async function countOnce(trx: Transaction, { user, linked, credential_id, at, ip }: CompletableLogin): Promise<void> {
  const { tenant_id } = user
  const { user_id, connection_id, last_password_reset } = linked ?? user
  const password_set_at = last_password_reset ?? never
  const row = { tenant_id, user_id, connection_id, password_set_at, owner_id: user.user_id, at, ip }
  const { numAffectedRows } =
    credential_id === undefined
      ? await countLogin(trx, row)
      : await countLoginByCredential(trx, { ...row, credential_id })
  if (numAffectedRows !== 1n) throw new UserChanged()
  if (!linked) return
  const counted = await countLoginOfOwner(trx, { tenant_id, owner_id: user.user_id, at, ip })
  if (counted.numAffectedRows !== 1n) throw new UserChanged()
}

/**
 * Completes a login in one transaction: counts it, clears the failed attempts, and writes the tokens and log events.
 *
 * @returns false, with nothing written, if the user was deleted, blocked, linked, unlinked or given another password after the password was verified
 * @throws {Refusal} `connection_deleted`
 */
export async function completeLogin(
  deps: { db: Db; clock: Clock },
  login: CompletableLogin,
  issued: IssuedWrites,
): Promise<boolean> {
  try {
    await inReadCommittedTransaction(deps.db, async (trx) => {
      await countOnce(trx, login)
      if (login.rehashed && login.credential_id !== undefined) {
        const { tenant_id } = login.user
        const { user_id } = login.linked ?? login.user
        await rehashCredential(trx, { tenant_id, user_id, credential_id: login.credential_id }, login.rehashed)
      }
      if (login.counted) await clearAttempts(trx, login.counted)
      await issued.write(trx)
      await recordEvents(trx, login.user.tenant_id, login.at, [login.event, ...issued.events])
    })
    return true
  } catch (error) {
    if (!(error instanceof UserChanged)) throw error
    const { tenant_id } = login.user
    const { connection_id } = login.linked ?? login.user
    if (!(await connectionById(deps.db, tenant_id, connection_id))) throw new Refusal('connection_deleted')
    return false
  }
}
