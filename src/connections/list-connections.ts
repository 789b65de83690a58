import { sql, type SqlBool } from 'kysely'
import type { Page, ListPart } from '../base/page.ts'
import { jsonMember } from '../store/json-member.ts'
import { readPage } from '../store/read-page.ts'
import type { Db } from '../store/tables.ts'
import { connectionFromRow, type Connection } from './connection.ts'

/** A filter of connections. Every given property must match. `text`: part of a name or of a display name, or an id. */
export type ConnectionFilter = { name?: string; strategies?: string[]; client_id?: string; text?: string }

/** The connections of a tenant that match a filter, oldest first. */
export async function listConnections(
  db: Db,
  tenant_id: string,
  filter: ConnectionFilter,
  page: Page,
): Promise<ListPart<Connection>> {
  const { name, strategies, client_id, text } = filter
  let query = db.selectFrom('connections').selectAll().where('tenant_id', '=', tenant_id)
  if (name !== undefined) query = query.where('name', '=', name)
  if (strategies) query = query.where('strategy', 'in', strategies)
  if (client_id !== undefined) {
    query = query.where('connection_id', 'in', (clients) =>
      clients
        .selectFrom('connection_clients')
        .select('connection_clients.connection_id')
        .where('connection_clients.tenant_id', '=', tenant_id)
        .where('connection_clients.client_id', '=', client_id),
    )
  }
  if (text !== undefined) {
    const part = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
    const display_name = jsonMember(db, 'data', 'display_name')
    query = query.where(
      sql<SqlBool>`(connection_id = ${text} or lower(name) like ${part} escape '\\' or lower(${display_name}) like ${part} escape '\\')`,
    )
  }
  const found = await readPage(query, { column: 'connection_id', of: (row) => row.connection_id }, page)
  return { ...found, items: found.items.map(connectionFromRow) }
}
