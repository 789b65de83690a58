import { sql, type SqlBool } from 'kysely'
import { firstPart, writeCheckpoint, type ListPart } from '../base/page.ts'
import { requireCheckpoint, type CheckpointPage } from './read-page.ts'
import type { Db, TokenFamiliesTable } from './tables.ts'

/** A token family that is valid, with the names of its client and its connection, and when its tokens were last used. */
export type ListedTokenFamily = Omit<TokenFamiliesTable, 'revoked_at' | 'revoked_because'> & {
  client_name: string
  connection: string
  last_used_at: number | null
}

// A family of a deleted client or connection gives no tokens any more.
const selectFamilies = (db: Db, tenant_id: string, at: number) =>
  db
    .selectFrom('token_families as family')
    .innerJoin('clients', (join) =>
      join.onRef('clients.tenant_id', '=', 'family.tenant_id').onRef('clients.client_id', '=', 'family.client_id'),
    )
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.tenant_id', '=', 'family.tenant_id')
        .onRef('connections.connection_id', '=', 'family.connection_id'),
    )
    .select([
      'family.tenant_id',
      'family.family_id',
      'family.client_id',
      'family.user_id',
      'family.connection_id',
      'family.session_id',
      'family.audience',
      'family.scope',
      'family.created_at',
      'family.expires_at',
      'clients.name as client_name',
      'connections.name as connection',
    ])
    .select((of) =>
      of
        .selectFrom('refresh_tokens as token')
        .select((each) => each.fn.max('token.last_used_at').as('last_used_at'))
        .whereRef('token.tenant_id', '=', 'family.tenant_id')
        .whereRef('token.family_id', '=', 'family.family_id')
        .as('last_used_at'),
    )
    .where('family.tenant_id', '=', tenant_id)
    .where('family.revoked_at', 'is', null)
    .where((where) => where.or([where('family.expires_at', 'is', null), where('family.expires_at', '>', at)]))

/**
 * The token families of a user that are valid at `at`, the newest login first.
 *
 * @throws {Refusal} `invalid_query_string` for an invalid checkpoint
 */
export async function listTokenFamilies(
  db: Db,
  { tenant_id, user_id }: { tenant_id: string; user_id: string },
  page: CheckpointPage,
  at: number,
): Promise<ListPart<ListedTokenFamily>> {
  const after = requireCheckpoint(page)
  let query = selectFamilies(db, tenant_id, at).where('family.user_id', '=', user_id)
  if (after) {
    query = query.where(
      sql<SqlBool>`(family.created_at, family.family_id) < (cast(${after.at} as bigint), ${after.id})`,
    )
  }
  const rows = await query
    .orderBy('family.created_at', 'desc')
    .orderBy('family.family_id', 'desc')
    .limit(page.take + 1)
    .execute()
  return firstPart(rows, page.take, ({ created_at, family_id }) => writeCheckpoint(created_at, family_id))
}

/** The token family with this id, if it is valid at `at`. */
export async function tokenFamilyById(
  db: Db,
  tenant_id: string,
  family_id: string,
  at: number,
): Promise<ListedTokenFamily | undefined> {
  return await selectFamilies(db, tenant_id, at).where('family.family_id', '=', family_id).executeTakeFirst()
}
