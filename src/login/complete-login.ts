import { Refusal } from '../contract/refusal.ts'
import type { NewLogEvent } from '../logs/record-event.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { clearAttempts, releaseAttempt, type ShieldSubject } from './shield.ts'

/** A login that was accepted and is not written yet: whoever acts on it concludes it in the transaction of what it leads to. */
export type PendingLogin = {
  tenant_id: string
  user_id: string
  at: number
  ip: string
  event: NewLogEvent
  /** The credential that the password matched, where this store holds one. */
  credential_id: string | undefined
  /** Whose attempt the shield counted; undefined where it counted none. */
  subject: ShieldSubject | undefined
}

type Counted = Pick<PendingLogin, 'tenant_id' | 'user_id' | 'at' | 'ip'>

const updateUser = (db: Db, { tenant_id, user_id, at, ip }: Counted) =>
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

const countLogin = prepareQuery(updateUser)

const countLoginBy = prepareQuery((db, { credential_id, ...login }: Counted & { credential_id: string }) =>
  updateUser(db, login).where((where) =>
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

/**
 * Counts the login and clears the shield. Gives the log event of the login, for the caller to write in the same transaction.
 *
 * @throws {Refusal} `wrong_credentials` when the user was deleted or blocked, or the password changed, since it was looked at:
 *   nobody to log in any more
 */
export async function concludeLogin(trx: Transaction, login: PendingLogin): Promise<NewLogEvent> {
  const { tenant_id, user_id, at, ip, credential_id } = login
  const counted = { tenant_id, user_id, at, ip }
  const { numAffectedRows } =
    credential_id === undefined
      ? await countLogin(trx, counted)
      : await countLoginBy(trx, { ...counted, credential_id })
  if (numAffectedRows !== 1n) throw new Refusal('wrong_credentials')
  if (login.subject) await clearAttempts(trx, login.subject)
  return login.event
}

/** Gives an attempt back to the shield whose login came to nothing, for reasons that are not the person's. */
export async function abandonLogin(db: Db, { subject }: PendingLogin): Promise<void> {
  if (subject) await releaseAttempt(db, subject)
}
