import { sql } from 'kysely'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { newSecret } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { mergeMetadata } from '../base/merge-metadata.ts'
import { newClientDefaults, type ClientChange, type NewClient } from '../contract/client.ts'
import type { AuthenticationMethods } from '../contract/client-credential.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { writeJson } from '../store/json-column.ts'
import { deleteTokens } from '../store/refresh-tokens.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { insertClient } from '../tenants/insert-client.ts'
import { checkClientUrls } from './check-client-urls.ts'
import { clientById, clientFromRow, type Client } from './client.ts'
import {
  authenticationMethodsOf,
  checkCredential,
  insertCredentials,
  requireCredentials,
} from './client-credentials.ts'

/** The dependencies of writing clients. */
export type SaveClientDeps = { db: Db; sealer: Sealer; clock: Clock }

function defaultsFor(app_type: NewClient['app_type']): JsonObject {
  const isPublic = app_type === 'native' || app_type === 'spa'
  return { ...newClientDefaults, token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_post' }
}

// A list of clients has the HTML of each.
const html_max = 4_000_000

/**
 * Requires that the clients of a tenant do not hold more than 4,000,000 characters after a change that gives one of them HTML.
 *
 * @throws {Refusal} `invalid_body`
 */
async function checkHtml(
  trx: Transaction,
  tenant_id: string,
  { custom_login_page, custom_login_page_preview, form_template }: ClientChange,
): Promise<void> {
  const given = Object.entries({ custom_login_page, custom_login_page_preview, form_template }).find(([, html]) => html)
  if (!given) return
  const { held } = await trx
    .selectFrom('clients')
    .select((clients) => clients.fn.sum<number | string | null>(sql`length(data)`).as('held'))
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirstOrThrow()
  if (Number(held) <= html_max) return
  throw invalidBody(`The applications of a tenant may hold ${html_max} characters together, HTML included`, given[0])
}

/** The properties of a client that its row stores, by their current names. */
function propertiesOf<T extends Pick<ClientChange, 'cross_origin_auth'>>({ cross_origin_auth, ...given }: T) {
  return { ...defined({ cross_origin_authentication: cross_origin_auth }), ...given }
}

/**
 * Creates a client. Missing properties have their defaults; a missing secret is generated. The credentials of
 * `client_authentication_methods` are created with it.
 *
 * @throws {Refusal} `invalid_body`, `client_credential_exists`
 */
export async function createClient(deps: SaveClientDeps, tenant_id: string, input: NewClient): Promise<Client> {
  const { name, client_secret, client_metadata, client_authentication_methods, ...given } = input
  checkClientUrls(given)
  const new_credentials = client_authentication_methods?.private_key_jwt.credentials ?? []
  const credentials = await Promise.all(new_credentials.map((each) => checkCredential(deps.clock, each)))
  const methods = { private_key_jwt: { credentials: credentials.map(({ credential_id: id }) => ({ id })) } }
  const metadata = client_metadata && mergeMetadata({}, client_metadata)
  const properties = {
    ...defaultsFor(given.app_type),
    ...propertiesOf(given),
    ...defined({ client_metadata: metadata }),
  }
  const data = client_authentication_methods ? withMethods(properties, methods, given) : properties
  const created = { tenant_id, created_at: deps.clock.now() }
  return await inTransaction(deps.db, async (trx) => {
    const { row } = await insertClient(trx, deps.sealer, created, { name, data, ...defined({ client_secret }) })
    await insertCredentials(trx, row, credentials)
    await checkHtml(trx, tenant_id, given)
    return clientFromRow(row)
  })
}

/**
 * The properties of a client that authenticates with keys: these replace the method for its secret.
 *
 * @throws {Refusal} `invalid_body` where the caller gives both
 */
function withMethods(
  properties: Record<string, unknown>,
  client_authentication_methods: AuthenticationMethods,
  given: Pick<ClientChange, 'token_endpoint_auth_method'>,
): Record<string, unknown> {
  if ((given.token_endpoint_auth_method ?? null) !== null) {
    const text =
      'The client authenticates with keys: set client_authentication_methods to null to choose another method'
    throw invalidBody(text, 'token_endpoint_auth_method')
  }
  const { token_endpoint_auth_method: _replaced, ...kept } = properties
  return { ...kept, client_authentication_methods }
}

// null sets these to their default, or removes those without one.
const nullable = ['token_endpoint_auth_method', 'organization_usage', 'organization_require_behavior'] as const

function withDefaults(data: Record<string, unknown>): Record<string, unknown> {
  const defaults = defaultsFor(data['app_type'] as NewClient['app_type'])
  const reset = nullable.filter((name) => data[name] === null)
  return { ...data, ...Object.fromEntries(reset.map((name) => [name, defaults[name]])) }
}

/** The properties of a client after a change. @throws {Refusal} `invalid_body` */
async function changedProperties(
  trx: Transaction,
  before: Client,
  { client_authentication_methods: changed, client_metadata, ...given }: Omit<ClientChange, 'name' | 'client_secret'>,
): Promise<Record<string, unknown>> {
  const metadata = client_metadata && mergeMetadata(before.data['client_metadata'], client_metadata)
  const { client_authentication_methods: _former, ...rest } = before.data
  const { jwt_configuration: jwt } = given
  // Auth0's tools leave secret_encoded out of what they read.
  const jwt_configuration = jwt ? { ...(rest['jwt_configuration'] as object | null), ...jwt } : jwt
  const changes = { ...propertiesOf(given), ...defined({ client_metadata: metadata, jwt_configuration }) }
  const data = withDefaults({ ...rest, ...changes })
  if (changed) await requireCredentials(trx, before, changed)
  const methods = changed === undefined ? authenticationMethodsOf(before) : changed
  if (methods) return withMethods(data, methods, given)
  // The method for the secret was removed when the keys were chosen.
  return authenticationMethodsOf(before) ? withDefaults({ token_endpoint_auth_method: null, ...data }) : data
}

/**
 * Updates a client. The given properties replace the stored ones; `jwt_configuration` and `client_metadata` are merged, and null removes a
 * member of the latter. Of
 * `client_authentication_methods` and `token_endpoint_auth_method` a client has one.
 *
 * @throws {Refusal} `inexistent_client`, `invalid_body`
 */
export async function updateClient(
  deps: SaveClientDeps,
  tenant_id: string,
  client_id: string,
  change: ClientChange,
): Promise<Client> {
  const { name, client_secret, ...given } = change
  checkClientUrls(given)
  return await inTransaction(deps.db, async (trx) => {
    const row_before = await trx
      .selectFrom('clients')
      .selectAll()
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', client_id)
      .executeTakeFirstOrThrow(() => new Refusal('inexistent_client'))
    const before = clientFromRow(row_before)
    const secret_sealed = client_secret && deps.sealer.seal(client_secret, clientSecretAad(tenant_id, client_id))
    const row = await trx
      .updateTable('clients')
      .set({
        data: writeJson(await changedProperties(trx, before, given)),
        updated_at: deps.clock.now(),
        ...defined({ name, secret_sealed }),
      })
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', client_id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await checkHtml(trx, tenant_id, given)
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
 * Deletes a client with its credentials, its grants, its entries at connections, its refresh tokens and the consents for it. An unknown id is not an error.
 *
 * @throws {Refusal} `global_client`
 */
export async function deleteClient(db: Db, tenant_id: string, client_id: string): Promise<void> {
  await inTransaction(db, async (trx) => {
    const client = await clientById(trx, tenant_id, client_id)
    if (client?.is_global === true) throw new Refusal('global_client')
    for (const table of ['clients', 'client_credentials', 'client_grants', 'connection_clients', 'consents'] as const) {
      await trx.deleteFrom(table).where('tenant_id', '=', tenant_id).where('client_id', '=', client_id).execute()
    }
    await deleteTokens(trx, tenant_id, { client_id })
  })
}
