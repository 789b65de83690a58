import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { isoTime } from '../base/time.ts'
import {
  client_credentials_max,
  type AuthenticationMethods,
  type ClientCredential,
  type ClientCredentialChange,
  type CredentialAlgorithm,
  type NewClientCredential,
} from '../contract/client-credential.ts'
import { invalidBody, Refusal } from '../contract/refusal.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { ClientCredentialsTable, Db, Transaction } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import { clientById, type Client } from './client.ts'
import { readPublicKey } from './read-public-key.ts'

/** A key that a client authenticates with. `expires_at` is in epoch milliseconds; null: never. */
export type ClientKey = { kid: string; alg: CredentialAlgorithm; key: KeyObject; expires_at: number | null }

/** A credential that was read and checked, and belongs to no client yet. */
export type CheckedCredential = Omit<ClientCredentialsTable, 'tenant_id' | 'client_id'>

type OfClient = { tenant_id: string; client_id: string }

/** How a client authenticates with keys; undefined where it authenticates with its secret. */
export function authenticationMethodsOf({ data }: Pick<Client, 'data'>): AuthenticationMethods | undefined {
  return (data['client_authentication_methods'] ?? undefined) as AuthenticationMethods | undefined
}

function showCredential(row: ClientCredentialsTable): ClientCredential {
  return {
    id: row.credential_id,
    credential_type: 'public_key',
    ...defined({ name: row.name ?? undefined }),
    kid: row.kid,
    alg: row.alg as CredentialAlgorithm,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    ...(row.expires_at === null ? {} : { expires_at: isoTime(row.expires_at) }),
  }
}

// The schema accepts times that do not exist, such as a leap second.
function timeOf(expires_at: string): number {
  const time = Date.parse(expires_at)
  if (Number.isNaN(time)) throw invalidBody('Not a time', 'expires_at')
  return time
}

/**
 * Reads and checks a credential to create.
 *
 * @throws {Refusal} `invalid_body`, naming the property
 */
export async function checkCredential(clock: Clock, input: NewClientCredential): Promise<CheckedCredential> {
  const { key, certificate_ends_at } = readPublicKey(input.pem)
  const from_certificate = input.parse_expiry_from_cert === true
  if (from_certificate && certificate_ends_at === undefined) {
    throw invalidBody('A key without a certificate has no end', 'parse_expiry_from_cert')
  }
  if (from_certificate && input.expires_at !== undefined) {
    throw invalidBody('Give expires_at or parse_expiry_from_cert, not both', 'expires_at')
  }
  const given = input.expires_at === undefined ? undefined : timeOf(input.expires_at)
  const expires_at = (from_certificate ? certificate_ends_at : given) ?? null
  const now = clock.now()
  if (expires_at !== null && expires_at <= now) {
    throw invalidBody('The credential has expired', from_certificate ? 'pem' : 'expires_at')
  }
  const jwk = key.export({ format: 'jwk' }) as JWK
  return {
    credential_id: newPrefixedId('cred'),
    name: input.name ?? null,
    kid: input.kid ?? (await calculateJwkThumbprint(jwk)),
    alg: input.alg ?? 'RS256',
    public_jwk: writeJson(jwk),
    expires_at,
    created_at: now,
    updated_at: now,
  }
}

/** Inserts checked credentials of a client. @throws {Refusal} `client_credential_exists` */
export async function insertCredentials(
  db: Db,
  { tenant_id, client_id }: OfClient,
  credentials: CheckedCredential[],
): Promise<void> {
  if (credentials.length === 0) return
  if (new Set(credentials.map(({ kid }) => kid)).size < credentials.length)
    throw new Refusal('client_credential_exists')
  await db
    .insertInto('client_credentials')
    .values(credentials.map((credential) => ({ tenant_id, client_id, ...credential })))
    .execute()
}

async function rowsOf(db: Db, { tenant_id, client_id }: OfClient): Promise<ClientCredentialsTable[]> {
  return await db
    .selectFrom('client_credentials')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', client_id)
    .orderBy('created_at')
    .orderBy('credential_id')
    .execute()
}

async function requireClient(db: Db, { tenant_id, client_id }: OfClient): Promise<Client> {
  const client = await clientById(db, tenant_id, client_id)
  if (!client) throw new Refusal('inexistent_client')
  return client
}

/** The credentials of a client, oldest first. @throws {Refusal} `inexistent_client` */
export async function listCredentials(db: Db, of: OfClient): Promise<ClientCredential[]> {
  const [rows] = await Promise.all([rowsOf(db, of), requireClient(db, of)])
  return rows.map(showCredential)
}

/** A credential of a client. @throws {Refusal} `inexistent_client_credential` */
export async function credentialById(db: Db, of: OfClient, credential_id: string): Promise<ClientCredential> {
  const row = (await rowsOf(db, of)).find((each) => each.credential_id === credential_id)
  if (!row) throw new Refusal('inexistent_client_credential')
  return showCredential(row)
}

/**
 * Creates a credential of a client, which does not use it yet.
 *
 * @throws {Refusal} `inexistent_client`, `invalid_body`, `client_credential_exists`, `too_many_client_credentials`
 */
export async function createCredential(
  { db, clock }: { db: Db; clock: Clock },
  of: OfClient,
  input: NewClientCredential,
): Promise<ClientCredential> {
  const checked = await checkCredential(clock, input)
  return await inTransaction(db, async (trx) => {
    const [rows] = [await rowsOf(trx, of), await requireClient(trx, of)]
    if (rows.some(({ kid }) => kid === checked.kid)) throw new Refusal('client_credential_exists')
    if (rows.length >= client_credentials_max) throw new Refusal('too_many_client_credentials')
    await insertCredentials(trx, of, [checked])
    return showCredential({ ...of, ...checked })
  }).catch((error: unknown) => {
    throw violatesUnique(error, 'client_credentials') ? new Refusal('client_credential_exists') : error
  })
}

/** Changes when a credential of a client expires. @throws {Refusal} `inexistent_client_credential` */
export async function updateCredential(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id, client_id }: OfClient,
  credential_id: string,
  { expires_at }: ClientCredentialChange,
): Promise<ClientCredential> {
  const change = expires_at === undefined ? {} : { expires_at: expires_at === null ? null : timeOf(expires_at) }
  const row = await db
    .updateTable('client_credentials')
    .set({ ...change, updated_at: clock.now() })
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', client_id)
    .where('credential_id', '=', credential_id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Refusal('inexistent_client_credential'))
  return showCredential(row)
}

/** Deletes a credential of a client, which can no longer authenticate with it. An unknown id is not an error. @throws {Refusal} `inexistent_client` */
export async function deleteCredential(db: Db, of: OfClient, credential_id: string): Promise<void> {
  const { tenant_id, client_id } = of
  await inTransaction(db, async (trx) => {
    const client = await requireClient(trx, of)
    const methods = authenticationMethodsOf(client)
    if (methods) {
      const credentials = methods.private_key_jwt.credentials.filter(({ id }) => id !== credential_id)
      const data = { ...client.data, client_authentication_methods: { private_key_jwt: { credentials } } }
      await trx
        .updateTable('clients')
        .set({ data: writeJson(data) })
        .where('tenant_id', '=', tenant_id)
        .where('client_id', '=', client_id)
        .execute()
    }
    await trx
      .deleteFrom('client_credentials')
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', client_id)
      .where('credential_id', '=', credential_id)
      .execute()
  })
}

/** Requires that a client has the credentials that it is to use. @throws {Refusal} `invalid_body`, naming one that it lacks */
export async function requireCredentials(
  trx: Transaction,
  of: OfClient,
  { private_key_jwt }: AuthenticationMethods,
): Promise<void> {
  const known = new Set((await rowsOf(trx, of)).map(({ credential_id }) => credential_id))
  const unknown = private_key_jwt.credentials.find(({ id }) => !known.has(id))
  if (!unknown) return
  throw invalidBody(`The client has no credential ${unknown.id}: create it first`, 'client_authentication_methods')
}

/** The keys that a client authenticates with; none where it authenticates with its secret. */
export async function clientKeysOf(db: Db, client: Client): Promise<ClientKey[]> {
  const enabled = authenticationMethodsOf(client)?.private_key_jwt.credentials.map(({ id }) => id) ?? []
  if (enabled.length === 0) return []
  const rows = (await rowsOf(db, client)).filter(({ credential_id }) => enabled.includes(credential_id))
  return rows.map(({ kid, alg, public_jwk, expires_at }) => ({
    kid,
    alg: alg as CredentialAlgorithm,
    key: createPublicKey({ key: readJson<JsonObject>(public_jwk), format: 'jwk' }),
    expires_at,
  }))
}
