import { defined } from '../../base/defined.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { readJson } from '../../store/json-column.ts'
import { secondFactorsAad } from '../../store/sealed-aad.ts'
import type { CredentialsTable, Db } from '../../store/tables.ts'
import { openForeignHash } from '../foreign-credential.ts'
import { showUsers } from '../show-users.ts'
import { readRows, usersInParts, type Documents, type ListedRow, type UsersQuery } from '../user-rows.ts'
import type { User } from '../user.ts'

/** The user after whom a page begins: users are exported in the order of their creation. */
export type ExportPosition = { created_at: number; user_id: string }

/** Which users are exported, and how. */
export type ExportedUsers = {
  tenant_id: string
  connection_id: string | null
  with_secrets: boolean
  documents: Documents
}

async function readBatch(
  db: Db,
  { tenant_id, connection_id, with_secrets, documents }: ExportedUsers,
  after: ExportPosition | null,
  take: number,
): Promise<ListedRow[]> {
  let query: UsersQuery = db.selectFrom('users').where('users.tenant_id', '=', tenant_id)
  // Linked identities are no users; but with the secrets, no credential is left behind.
  if (!with_secrets) query = query.where('users.linked_to', 'is', null)
  if (connection_id !== null) query = query.where('users.connection_id', '=', connection_id)
  if (after !== null) {
    const { created_at, user_id } = after
    query = query
      .where('users.created_at', '>=', created_at)
      .where((row) => row.or([row('users.created_at', '>', created_at), row('users.user_id', '>', user_id)]))
  }
  return await readRows(query.orderBy('users.created_at').orderBy('users.user_id').limit(take), documents)
}

/** The hash of a credential in the form in which an import reads it. */
function hashMember(
  sealer: Sealer,
  tenant_id: string,
  { user_id, format, hash }: Pick<CredentialsTable, 'user_id' | 'format' | 'hash'>,
): JsonObject {
  // The hash of an import is JSON.
  const stored = format === 'foreign' ? (openForeignHash(sealer, { tenant_id, user_id }, hash) as JsonValue) : hash
  const is_custom = typeof stored === 'object' && stored !== null && 'algorithm' in stored
  return is_custom ? { custom_password_hash: stored } : { password_hash: stored }
}

/** The password hash and the second factors of each user, by the user's id. */
async function readSecrets(
  { db, sealer }: { db: Db; sealer: Sealer },
  tenant_id: string,
  users: User[],
): Promise<Map<string, JsonObject>> {
  const ids = users.map(({ user_id }) => user_id)
  const credentials = await db
    .selectFrom('credentials')
    .select(['user_id', 'format', 'hash'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', 'in', ids)
    .execute()
  const hashes = new Map(
    credentials.map((credential) => [credential.user_id, hashMember(sealer, tenant_id, credential)]),
  )
  const rows = await db
    .selectFrom('users')
    .select(['user_id', 'second_factors'])
    .where('tenant_id', '=', tenant_id)
    .where('user_id', 'in', ids)
    .execute()
  return new Map(
    rows.map(({ user_id, second_factors }) => {
      const opened =
        second_factors === null ? undefined : sealer.open(second_factors, secondFactorsAad(tenant_id, user_id))
      const factors: JsonObject = opened === undefined ? {} : { mfa_factors: readJson<JsonValue>(opened) }
      return [user_id, { ...hashes.get(user_id), ...factors }]
    }),
  )
}

/**
 * A batch of users as the API shows them, on request with password hashes and second factors, in parts: one that has users with large documents
 * is never in memory as a whole. `after`: the position behind the batch; undefined where no users follow.
 */
export async function readExportedUsers(
  deps: { db: Db; sealer: Sealer },
  exported: ExportedUsers,
  after: ExportPosition | null,
  take: number,
): Promise<{ parts: AsyncIterable<JsonObject[]>; after: ExportPosition | undefined }> {
  const rows = await readBatch(deps.db, exported, after, take)
  const last = rows.length < take ? undefined : rows.at(-1)
  return {
    parts: showParts(deps, exported, rows),
    after: last && { created_at: last.created_at, user_id: last.user_id },
  }
}

async function* showParts(
  deps: { db: Db; sealer: Sealer },
  { tenant_id, documents, with_secrets }: ExportedUsers,
  rows: ListedRow[],
): AsyncGenerator<JsonObject[]> {
  const links = new Map(rows.map(({ user_id, linked_to }) => [user_id, linked_to ?? undefined]))
  for await (const users of usersInParts(deps.db, tenant_id, rows, documents)) {
    const shown = await showUsers(deps.db, tenant_id, users)
    const secrets = with_secrets ? await readSecrets(deps, tenant_id, users) : undefined
    // What the API answers is JSON.
    yield shown.map((user) => ({
      ...(user as unknown as JsonObject),
      ...defined({ linked_to: links.get(user.user_id) }),
      ...secrets?.get(user.user_id),
    }))
  }
}
