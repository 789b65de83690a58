import type { Page, ListPart } from '../base/page.ts'
import { sql, type SqlBool } from 'kysely'
import { containsText } from '../store/contains-text.ts'
import { jsonMember } from '../store/json-member.ts'
import { readPage } from '../store/read-page.ts'
import type { Db } from '../store/tables.ts'
import { clientFromRow, type Client } from './client.ts'

/** A filter of clients. Every given property must match. */
export type ClientFilter = {
  is_global?: boolean
  is_first_party?: boolean
  app_types?: string[]
  client_ids?: string[]
  external_client_id?: string
  /** Part of a name, or a client_id. */
  text?: string
}

/** The clients of a tenant that match a filter, oldest first. */
export async function listClients(
  db: Db,
  tenant_id: string,
  filter: ClientFilter,
  page: Page,
): Promise<ListPart<Client>> {
  const property = (name: string) => jsonMember(db, 'data', name)
  let query = db.selectFrom('clients').selectAll().where('tenant_id', '=', tenant_id)
  if (filter.is_global !== undefined) query = query.where('is_global', '=', filter.is_global ? 1 : 0)
  if (filter.client_ids) query = query.where('client_id', 'in', filter.client_ids)
  if (filter.is_first_party !== undefined) {
    const isFirst = sql<SqlBool>`${property('is_first_party')} = 'true'`
    query = query.where(filter.is_first_party ? isFirst : sql<SqlBool>`(${isFirst}) is not true`)
  }
  if (filter.app_types) {
    query = query.where(sql<SqlBool>`${property('app_type')} in (${sql.join(filter.app_types)})`)
  }
  if (filter.external_client_id !== undefined) {
    query = query.where(sql<SqlBool>`${property('external_client_id')} = ${filter.external_client_id}`)
  }
  if (filter.text !== undefined) {
    const has_part = containsText(db, sql.ref('name'), filter.text)
    query = query.where(sql<SqlBool>`(client_id = ${filter.text} or ${has_part})`)
  }
  const found = await readPage(query, { column: 'client_id', of: (row) => row.client_id }, page)
  return { ...found, items: found.items.map(clientFromRow) }
}
