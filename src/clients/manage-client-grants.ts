import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { Page, ListPart } from '../base/page.ts'
import type { ClientGrant as ShownClientGrant, ClientGrantChange, NewClientGrant } from '../contract/client-grant.ts'
import { Refusal } from '../contract/refusal.ts'
import { writeJson } from '../store/json-column.ts'
import { readPage } from '../store/read-page.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction, uniqueViolation } from '../store/transaction.ts'
import { clientGrantFromRow, type ClientGrant } from './client-grant.ts'
import { clientById } from './client.ts'
import { resourceServerByIdentifier } from './resource-server.ts'

/** A client grant as the API shows it. */
export function showClientGrant(grant: ClientGrant): ShownClientGrant {
  return {
    id: grant.client_grant_id,
    client_id: grant.client_id,
    audience: grant.audience,
    scope: grant.scope,
    subject_type: 'client',
    ...(grant.allow_all_scopes ? { allow_all_scopes: true } : {}),
  }
}

/** The client grants of a tenant that match a filter, oldest first. */
export async function listClientGrants(
  db: Db,
  tenant_id: string,
  filter: { audience?: string; client_id?: string },
  page: Page,
): Promise<ListPart<ClientGrant>> {
  let query = db.selectFrom('client_grants').selectAll().where('tenant_id', '=', tenant_id)
  if (filter.audience !== undefined) query = query.where('audience', '=', filter.audience)
  if (filter.client_id !== undefined) query = query.where('client_id', '=', filter.client_id)
  const found = await readPage(query, { column: 'client_grant_id', of: (row) => row.client_grant_id }, page)
  return { ...found, items: found.items.map(clientGrantFromRow) }
}

/**
 * The client grant with this id.
 *
 * @throws {Refusal} `inexistent_client_grant`
 */
export async function clientGrantById(db: Db, tenant_id: string, id: string): Promise<ClientGrant> {
  const row = await db
    .selectFrom('client_grants')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('client_grant_id', '=', id)
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_client_grant'))
  return clientGrantFromRow(row)
}

/** The client of a grant; undefined for an unknown grant. */
export async function clientOfGrant(db: Db, tenant_id: string, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('client_grants')
    .select('client_id')
    .where('tenant_id', '=', tenant_id)
    .where('client_grant_id', '=', id)
    .executeTakeFirst()
  return row?.client_id
}

/**
 * Creates a client grant.
 *
 * @throws {Refusal} `inexistent_client`, `inexistent_resource_server`, `client_grant_exists`
 */
export async function createClientGrant(
  deps: { db: Db; clock: Clock },
  tenant_id: string,
  input: NewClientGrant,
): Promise<ClientGrant> {
  const now = deps.clock.now()
  const { client_id, audience } = input
  const row = {
    tenant_id,
    client_grant_id: newPrefixedId('cgr'),
    client_id,
    audience,
    scope: writeJson([...new Set(input.scope)]),
    allow_all_scopes: input.allow_all_scopes === true ? (1 as const) : (0 as const),
    created_at: now,
    updated_at: now,
  }
  try {
    return await inTransaction(deps.db, async (trx) => {
      if (!(await clientById(trx, tenant_id, client_id))) throw new Refusal('inexistent_client')
      const server = await resourceServerByIdentifier(trx, tenant_id, audience)
      if (!server) throw new Refusal('inexistent_resource_server')
      await trx.insertInto('client_grants').values(row).execute()
      return clientGrantFromRow(row)
    })
  } catch (error) {
    throw uniqueViolation(error) === undefined ? error : new Refusal('client_grant_exists')
  }
}

/**
 * Changes the scopes of a client grant.
 *
 * @throws {Refusal} `inexistent_client_grant`
 */
export async function updateClientGrant(
  deps: { db: Db; clock: Clock },
  tenant_id: string,
  id: string,
  change: ClientGrantChange,
): Promise<ClientGrant> {
  const row = await deps.db
    .updateTable('client_grants')
    .set({
      updated_at: deps.clock.now(),
      ...(change.scope === undefined ? {} : { scope: writeJson([...new Set(change.scope)]) }),
      ...(change.allow_all_scopes === undefined ? {} : { allow_all_scopes: change.allow_all_scopes === true ? 1 : 0 }),
    })
    .where('tenant_id', '=', tenant_id)
    .where('client_grant_id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_client_grant'))
  return clientGrantFromRow(row)
}

/** Deletes a client grant. An unknown id is not an error. */
export async function deleteClientGrant(db: Db, tenant_id: string, id: string): Promise<void> {
  await db.deleteFrom('client_grants').where('tenant_id', '=', tenant_id).where('client_grant_id', '=', id).execute()
}
