/**
 * Sessions: browser sessions, authorization codes and consents: their lifetimes, and what ends them. It holds ids only, and knows no
 * cookies, no clients and no tokens.
 */
import { digestText } from '../base/digest.ts'
import { newPrefixedId, newSecret } from '../base/ids.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, SessionsTable, Transaction } from '../store/tables.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { idleEnd, type SessionLifetime } from './session-lifetime.ts'

/** A browser session. Times are epoch milliseconds. */
export type Session = Omit<SessionsTable, 'secret_digest' | 'amr' | 'ip' | 'user_agent'> & { amr: string[] }

/** A session with the secret that its cookie holds. */
export type NewSession = { session: Session; secret: string }

/** The login that creates a session. `request_id`: of the page, or of the ticket, that it came from. */
export type NewLogin = Pick<SessionsTable, 'tenant_id' | 'user_id' | 'connection_id' | 'request_id'> & { amr: string[] }

/** The session of a login that has just succeeded, with a secret of its own. The caller writes it with `insertSession`. */
export function newSession(login: NewLogin, lifetime: SessionLifetime, at: number): NewSession {
  const ends_at = at + lifetime.absolute_ms
  const session = {
    ...login,
    session_id: newPrefixedId('ses'),
    authenticated_at: at,
    expires_at: idleEnd(lifetime, ends_at, at),
    ends_at,
  }
  return { session, secret: newSecret() }
}

const insertRow = prepareQuery((db, { row }: { row: SessionsTable }) => db.insertInto('sessions').values(row))

const user_agent_max = 300

/** Inserts a session. `from`: the caller of the login; of the user agent 300 characters are kept. */
export async function insertSession(
  trx: Transaction,
  { session, secret }: NewSession,
  { ip, user_agent }: { ip: string; user_agent: string },
): Promise<void> {
  const { amr, ...columns } = session
  const from = { ip, user_agent: user_agent.slice(0, user_agent_max) }
  await insertRow(trx, { row: { ...columns, ...from, amr: writeJson(amr), secret_digest: digestText(secret) } })
}

type SessionKey = { tenant_id: string; session_id: string; secret_digest: string; at: number }

const columns = [
  'tenant_id',
  'session_id',
  'user_id',
  'connection_id',
  'request_id',
  'amr',
  'authenticated_at',
  'expires_at',
  'ends_at',
] as const

const selectSession = prepareQuery((db, { tenant_id, session_id, secret_digest, at }: SessionKey) =>
  db
    .selectFrom('sessions')
    .select(columns)
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .where('secret_digest', '=', secret_digest)
    .where('expires_at', '>', at),
)

/** The session with this id and secret, unless it has ended by `at`. */
export async function findSession(
  db: Db,
  tenant_id: string,
  { session_id, secret }: { session_id: string; secret: string },
  at: number,
): Promise<Session | undefined> {
  const { rows } = await selectSession(db, { tenant_id, session_id, secret_digest: digestText(secret), at })
  return rows[0] && { ...rows[0], amr: readJson<string[]>(rows[0].amr) }
}

/** The session with this id, unless it has ended by `at`. The caller proves by other means that it belongs to the request. */
export async function liveSession(
  db: Db,
  tenant_id: string,
  session_id: string,
  at: number,
): Promise<Session | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select(columns)
    .where('tenant_id', '=', tenant_id)
    .where('session_id', '=', session_id)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return row && { ...row, amr: readJson<string[]>(row.amr) }
}

const extend = prepareQuery(
  (db, { tenant_id, session_id, expires_at }: { tenant_id: string; session_id: string; expires_at: number }) =>
    db
      .updateTable('sessions')
      .set({ expires_at })
      .where('tenant_id', '=', tenant_id)
      .where('session_id', '=', session_id)
      .returning('session_id'),
)

/**
 * Extends a session that is used at `at`, in the transaction that uses it.
 *
 * @returns false if the session ended meanwhile
 */
export async function extendSession(
  trx: Transaction,
  { tenant_id, session_id, ends_at }: Session,
  lifetime: SessionLifetime,
  at: number,
): Promise<boolean> {
  const { rows } = await extend(trx, { tenant_id, session_id, expires_at: idleEnd(lifetime, ends_at, at) })
  return rows.length === 1
}
