import { defined } from '../../base/defined.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { Sealer } from '../../keys/sealer.ts'
import { readJson } from '../../store/json-column.ts'
import { secondFactorsAad } from '../../store/sealed-aad.ts'
import type { CredentialsTable, Db, UsersTable } from '../../store/tables.ts'
import { openForeignHash } from '../foreign-credential.ts'
import { showUsers } from '../show-users.ts'
import { withIdentities } from '../user.ts'

/** The user after whom a page begins: users are exported in the order of their creation. */
export type ExportPosition = { created_at: number; user_id: string }

/** Which users are exported, and how. */
export type ExportedUsers = { tenant_id: string; connection_id: string | null; with_secrets: boolean }

async function readRows(
  db: Db,
  { tenant_id, connection_id, with_secrets }: ExportedUsers,
  after: ExportPosition | null,
  take: number,
): Promise<UsersTable[]> {
  let query = db.selectFrom('users').selectAll().where('tenant_id', '=', tenant_id)
  // Linked identities are no users; but with the secrets, no credential is left behind.
  if (!with_secrets) query = query.where('linked_to', 'is', null)
  if (connection_id !== null) query = query.where('connection_id', '=', connection_id)
  if (after !== null) {
    const { created_at, user_id } = after
    query = query
      .where('created_at', '>=', created_at)
      .where((row) => row.or([row('created_at', '>', created_at), row('user_id', '>', user_id)]))
  }
  return await query.orderBy('created_at').orderBy('user_id').limit(take).execute()
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
  rows: UsersTable[],
): Promise<Map<string, JsonObject>> {
  const credentials = await db
    .selectFrom('credentials')
    .select(['user_id', 'format', 'hash'])
    .where('tenant_id', '=', tenant_id)
    .where(
      'user_id',
      'in',
      rows.map(({ user_id }) => user_id),
    )
    .execute()
  const hashes = new Map(
    credentials.map((credential) => [credential.user_id, hashMember(sealer, tenant_id, credential)]),
  )
  return new Map(
    rows.map(({ user_id, second_factors }) => {
      const opened =
        second_factors === null ? undefined : sealer.open(second_factors, secondFactorsAad(tenant_id, user_id))
      const factors: JsonObject = opened === undefined ? {} : { mfa_factors: readJson<JsonValue>(opened) }
      return [user_id, { ...hashes.get(user_id), ...factors }]
    }),
  )
}

/** A page of users as the API shows them, on request with password hashes and second factors, and the position behind them. */
export async function readExportedUsers(
  deps: { db: Db; sealer: Sealer },
  exported: ExportedUsers,
  after: ExportPosition | null,
  take: number,
): Promise<{ users: JsonObject[]; after: ExportPosition | null }> {
  const { tenant_id } = exported
  const rows = await readRows(deps.db, exported, after, take)
  const last = rows.at(-1)
  if (!last) return { users: [], after }
  const shown = await showUsers(deps.db, tenant_id, await withIdentities(deps.db, tenant_id, rows))
  const secrets = exported.with_secrets ? await readSecrets(deps, tenant_id, rows) : undefined
  // What the API answers is JSON.
  const users = shown.map((user, index) => {
    const linked_to = rows[index]?.linked_to ?? undefined
    return { ...(user as unknown as JsonObject), ...defined({ linked_to }), ...secrets?.get(user.user_id) }
  })
  return { users, after: { created_at: last.created_at, user_id: last.user_id } }
}
