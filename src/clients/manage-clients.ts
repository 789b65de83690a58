import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { newSecret } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { mergeMetadata } from '../base/merge-metadata.ts'
import { newClientDefaults, type ClientChange, type NewClient } from '../contract/client.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { writeJson } from '../store/json-column.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { insertClient } from '../tenants/insert-client.ts'
import { checkClientUrls } from './check-client-urls.ts'
import { clientById, clientFromRow, type Client } from './client.ts'

/** The dependencies of writing clients. */
export type SaveClientDeps = { db: Db; sealer: Sealer; clock: Clock }

function defaultsFor(app_type: NewClient['app_type']): JsonObject {
  const isPublic = app_type === 'native' || app_type === 'spa'
  return { ...newClientDefaults, token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_post' }
}

/** The properties of a client that its row stores, by their current names. */
function propertiesOf<T extends Pick<ClientChange, 'cross_origin_auth'>>({ cross_origin_auth, ...given }: T) {
  return { ...defined({ cross_origin_authentication: cross_origin_auth }), ...given }
}

/** Creates a client. Missing properties have their defaults; a missing secret is generated. @throws {Refusal} `invalid_body` */
export async function createClient(deps: SaveClientDeps, tenant_id: string, input: NewClient): Promise<Client> {
  const { name, client_secret, client_metadata, ...given } = input
  checkClientUrls(given)
  const metadata = client_metadata && mergeMetadata({}, client_metadata)
  const data = { ...defaultsFor(given.app_type), ...propertiesOf(given), ...defined({ client_metadata: metadata }) }
  const created = { tenant_id, created_at: deps.clock.now() }
  const { row } = await insertClient(deps.db, deps.sealer, created, { name, data, ...defined({ client_secret }) })
  return clientFromRow(row)
}

// null sets these to their default, or removes those without one.
const nullable = ['token_endpoint_auth_method', 'organization_usage', 'organization_require_behavior'] as const

function withDefaults(data: Record<string, unknown>): Record<string, unknown> {
  const defaults = defaultsFor(data['app_type'] as NewClient['app_type'])
  const reset = nullable.filter((name) => data[name] === null)
  return { ...data, ...Object.fromEntries(reset.map((name) => [name, defaults[name]])) }
}

/**
 * Updates a client. The given properties replace the stored ones; `client_metadata` is merged, and null removes a member of it.
 *
 * @throws {Refusal} `inexistent_client`, `invalid_body`
 */
export async function updateClient(
  deps: SaveClientDeps,
  tenant_id: string,
  client_id: string,
  change: ClientChange,
): Promise<Client> {
  const { name, client_secret, client_metadata, ...given } = change
  checkClientUrls(given)
  return await inTransaction(deps.db, async (trx) => {
    const row_before = await trx
      .selectFrom('clients')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', client_id)
      .executeTakeFirstOrThrow(() => new Refusal('inexistent_client'))
    const before = clientFromRow(row_before)
    const metadata = client_metadata && mergeMetadata(before.data['client_metadata'], client_metadata)
    const secret_sealed = client_secret && deps.sealer.seal(client_secret, clientSecretAad(tenant_id, client_id))
    const row = await trx
      .updateTable('clients')
      .set({
        data: writeJson(
          withDefaults({ ...before.data, ...propertiesOf(given), ...defined({ client_metadata: metadata }) }),
        ),
        updated_at: deps.clock.now(),
        ...defined({ name, secret_sealed }),
      })
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', client_id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return clientFromRow(row)
  })
}

/**
 * Replaces the secret of a client by a generated one.
 *
 * @throws {Refusal} `inexistent_client`
 */
export async function rotateClientSecret(deps: SaveClientDeps, tenant_id: string, client_id: string): Promise<Client> {
  const row = await deps.db
    .updateTable('clients')
    .set({
      secret_sealed: deps.sealer.seal(newSecret(), clientSecretAad(tenant_id, client_id)),
      updated_at: deps.clock.now(),
    })
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', client_id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_client'))
  return clientFromRow(row)
}

/**
 * Deletes a client with its grants, its entries at connections, its refresh tokens and the consents for it. An unknown id is not an error.
 *
 * @throws {Refusal} `global_client`
 */
export async function deleteClient(db: Db, tenant_id: string, client_id: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const client = await clientById(trx, tenant_id, client_id)
    if (client?.is_global === true) throw new Refusal('global_client')
    for (const table of ['clients', 'client_grants', 'connection_clients', 'consents'] as const) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('client_id', '=', client_id).execute()
    }
    await deleteTokens(trx, tenant_id, { client_id })
  })
}
