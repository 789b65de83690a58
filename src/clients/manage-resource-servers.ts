import { sql, type SqlBool } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { newHexId } from '../base/ids.ts'
import type { Page, ListPart } from '../base/page.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import {
  newResourceServerDefaults,
  type NewResourceServer,
  type ResourceServer as ShownResourceServer,
  type ResourceServerChange,
} from '../contract/resource-server.ts'
import { containsText } from '../store/contains-text.ts'
import { writeJson } from '../store/json-column.ts'
import { jsonMember } from '../store/json-member.ts'
import { readPage } from '../store/read-page.ts'
import type { Db, ResourceServersTable } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { resourceServerFromRow, type ResourceServer } from './resource-server.ts'

/** A resource server as the API shows it. */
export function showResourceServer(server: ResourceServer): ShownResourceServer {
  return {
    ...server.data,
    id: server.resource_server_id,
    identifier: server.identifier,
    is_system: server.is_system,
  }
}

/** A filter of resource servers. Every given property must match. `text`: part of a name or an identifier, or an id. */
export type ResourceServerFilter = { identifiers?: string[]; text?: string }

/** The resource servers of a tenant that match a filter, oldest first. */
export async function listResourceServers(
  db: Db,
  tenant_id: string,
  { identifiers, text }: ResourceServerFilter,
  page: Page,
): Promise<ListPart<ResourceServer>> {
  let query = db.selectFrom('resource_servers').selectAll().where('tenant_id', '=', tenant_id)
  if (identifiers) query = query.where('identifier', 'in', identifiers)
  if (text !== undefined) {
    const in_name = containsText(db, jsonMember(db, 'data', 'name'), text)
    const in_identifier = containsText(db, sql.ref('identifier'), text)
    query = query.where(sql<SqlBool>`(resource_server_id = ${text} or ${in_name} or ${in_identifier})`)
  }
  const found = await readPage(query, { column: 'resource_server_id', of: (row) => row.resource_server_id }, page)
  return { ...found, items: found.items.map(resourceServerFromRow) }
}

async function findRow(db: Db, tenant_id: string, id_or_identifier: string): Promise<ResourceServersTable | undefined> {
  const rows = await db
    .selectFrom('resource_servers')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where((row) =>
      row.or([row('resource_server_id', '=', id_or_identifier), row('identifier', '=', id_or_identifier)]),
    )
    .execute()
  return rows.find((row) => row.resource_server_id === id_or_identifier) ?? rows[0]
}

/**
 * The resource server with this id or identifier.
 *
 * @throws {Refusal} `inexistent_resource_server`
 */
export async function resourceServerByIdOrIdentifier(
  db: Db,
  tenant_id: string,
  id_or_identifier: string,
): Promise<ResourceServer> {
  const row = await findRow(db, tenant_id, id_or_identifier)
  if (!row) throw new Refusal('inexistent_resource_server')
  return resourceServerFromRow(row)
}

/** The identifier as the name, where the contract permits it as one. */
const defaultName = (identifier: string): { name?: string } =>
  /^[^<>]{1,200}$/.test(identifier) ? { name: identifier } : {}

/**
 * Creates a resource server. Without a name, it has its identifier as its name.
 *
 * @throws {Refusal} `resource_server_exists`
 */
export async function createResourceServer(
  deps: { db: Db; clock: Clock },
  tenant_id: string,
  input: NewResourceServer,
): Promise<ResourceServer> {
  // The secret is not stored, because tokens are signed with the tenant's RS256 key.
  const { identifier, signing_secret: _unused, is_system: _never, ...given } = input
  const now = deps.clock.now()
  const row = {
    tenant_id,
    resource_server_id: newHexId(),
    identifier,
    is_system: 0 as const,
    data: writeJson({ ...newResourceServerDefaults, ...defaultName(identifier), ...given }),
    created_at: now,
    updated_at: now,
  }
  try {
    await deps.db.insertInto('resource_servers').values(row).execute()
  } catch (error) {
    throw uniqueViolation(error) === undefined ? error : new Refusal('resource_server_exists')
  }
  return resourceServerFromRow(row)
}

/**
 * Updates a resource server. The given properties replace the stored ones.
 *
 * @throws {Refusal} `inexistent_resource_server`, `system_resource_server`
 */
export async function updateResourceServer(
  deps: { db: Db; clock: Clock },
  tenant_id: string,
  id_or_identifier: string,
  change: ResourceServerChange,
): Promise<ResourceServer> {
  const { signing_secret: _unused, is_system: _never, ...given } = change
  return await inTransaction(deps.db, async (trx) => {
    const row_before = await findRow(trx, tenant_id, id_or_identifier)
    if (!row_before) throw new Refusal('inexistent_resource_server')
    const before = resourceServerFromRow(row_before)
    if (before.is_system) throw new Refusal('system_resource_server')
    const row = await trx
      .updateTable('resource_servers')
      .set({ data: writeJson({ ...before.data, ...given }), updated_at: deps.clock.now() })
      .where('tenant_id', '=', tenant_id)
      .where('resource_server_id', '=', before.resource_server_id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return resourceServerFromRow(row)
  })
}

/**
 * Deletes a resource server and the client grants for it. An unknown id is not an error.
 *
 * @throws {Refusal} `invalid_body` for the Management API
 */
export async function deleteResourceServer(db: Db, tenant_id: string, id_or_identifier: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const found = await findRow(trx, tenant_id, id_or_identifier)
    if (!found) return
    if (found.is_system === 1) throw invalidBody('System resource servers cannot be deleted')
    await trx
      .deleteFrom('resource_servers')
      .where('tenant_id', '=', tenant_id)
      .where('resource_server_id', '=', found.resource_server_id)
      .execute()
    await trx
      .deleteFrom('client_grants')
      .where('tenant_id', '=', tenant_id)
      .where('audience', '=', found.identifier)
      .execute()
  })
}
