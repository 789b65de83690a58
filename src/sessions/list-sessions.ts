import { sql, type SqlBool } from 'kysely'
import { firstPart, writeCheckpoint, type ListPart } from '../base/page.ts'
import { readJson } from '../store/json-column.ts'
import { requireCheckpoint, type CheckpointPage } from '../store/read-page.ts'
import type { Db, SessionsTable } from '../store/tables.ts'

/** A session that is open, with the name of its connection. */
export type ListedSession = Omit<SessionsTable, 'secret_digest' | 'amr' | 'request_id'> & {
  amr: string[]
  connection: string | null
}

type Row = Omit<ListedSession, 'amr'> & { amr: string }

const selectSessions = (db: Db, tenant_id: string, at: number) =>
  db
    .selectFrom('sessions')
    .leftJoin('connections', (join) =>
      join
        .onRef('connections.tenant_id', '=', 'sessions.tenant_id')
        .onRef('connections.connection_id', '=', 'sessions.connection_id'),
    )
    .select([
      'sessions.tenant_id',
      'sessions.session_id',
      'sessions.user_id',
      'sessions.connection_id',
      'sessions.amr',
      'sessions.authenticated_at',
      'sessions.expires_at',
      'sessions.ends_at',
      'sessions.ip',
      'sessions.user_agent',
      'connections.name as connection',
    ])
    .where('sessions.tenant_id', '=', tenant_id)
    .where('sessions.expires_at', '>', at)

const showRow = ({ amr, ...row }: Row): ListedSession => ({ ...row, amr: readJson<string[]>(amr) })

/**
 * The sessions of a user that have not ended by `at`, the newest login first.
 *
 * @throws {Refusal} `invalid_query_string` for an invalid checkpoint
 */
export async function listSessions(
  db: Db,
  { tenant_id, user_id }: { tenant_id: string; user_id: string },
  page: CheckpointPage,
  at: number,
): Promise<ListPart<ListedSession>> {
  const after = requireCheckpoint(page)
  let query = selectSessions(db, tenant_id, at).where('sessions.user_id', '=', user_id)
  if (after) {
    query = query.where(
      sql<SqlBool>`(sessions.authenticated_at, sessions.session_id) < (cast(${after.at} as bigint), ${after.id})`,
    )
  }
  const rows = await query
    .orderBy('sessions.authenticated_at', 'desc')
    .orderBy('sessions.session_id', 'desc')
    .limit(page.take + 1)
    .execute()
  const checkpointAfter = ({ authenticated_at, session_id }: ListedSession): string =>
    writeCheckpoint(authenticated_at, session_id)
  return firstPart(rows.map(showRow), page.take, checkpointAfter)
}

/** The session with this id, unless it has ended by `at`. */
export async function sessionById(
  db: Db,
  tenant_id: string,
  session_id: string,
  at: number,
): Promise<ListedSession | undefined> {
  const row = await selectSessions(db, tenant_id, at).where('sessions.session_id', '=', session_id).executeTakeFirst()
  return row && showRow(row)
}
