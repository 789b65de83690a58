import { day_ms } from '../base/time.ts'
import { deleteUntil } from './delete-until.ts'
import { prepareQuery } from './prepared-query.ts'
import type { Db, RefreshTokensTable, TokenFamiliesTable, Transaction } from './tables.ts'

/** A stored refresh token with its family. */
export type StoredRefreshToken = TokenFamiliesTable & { token_digest: string; rotated_at: number | null }

/** Input for a new token family with its first token. */
export type NewTokenFamily = Omit<TokenFamiliesTable, 'revoked_at' | 'revoked_because'> & { token_digest: string }

const insertFamily = prepareQuery((db, { row }: { row: TokenFamiliesTable }) =>
  db.insertInto('token_families').values(row),
)

/** Inserts a token family and its first token. */
export async function insertTokenFamily(trx: Transaction, family: NewTokenFamily): Promise<void> {
  const { token_digest, ...row } = family
  await insertFamily(trx, { row: { ...row, revoked_at: null, revoked_because: null } })
  await insertToken(trx, family.tenant_id, family.family_id, token_digest, family.created_at)
}

const insertRow = prepareQuery((db, { row }: { row: RefreshTokensTable }) =>
  db.insertInto('refresh_tokens').values(row),
)

async function insertToken(
  trx: Transaction,
  tenant_id: string,
  family_id: string,
  token_digest: string,
  at: number,
): Promise<void> {
  const row = { tenant_id, token_digest, family_id, created_at: at, last_used_at: null, rotated_at: null }
  await insertRow(trx, { row })
}

const byDigest = prepareQuery((db, { tenant_id, token_digest }: { tenant_id: string; token_digest: string }) =>
  db
    .selectFrom('refresh_tokens')
    .innerJoin('token_families', (join) =>
      join
        .onRef('token_families.tenant_id', '=', 'refresh_tokens.tenant_id')
        .onRef('token_families.family_id', '=', 'refresh_tokens.family_id'),
    )
    // The tokens of a deleted connection end with it, before its users are deleted.
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.tenant_id', '=', 'token_families.tenant_id')
        .onRef('connections.connection_id', '=', 'token_families.connection_id'),
    )
    .selectAll('token_families')
    .select(['refresh_tokens.token_digest', 'refresh_tokens.rotated_at'])
    .where('refresh_tokens.tenant_id', '=', tenant_id)
    .where('refresh_tokens.token_digest', '=', token_digest),
)

/** The refresh token with this digest in any state, or undefined. A token of a deleted connection is not found. */
export async function refreshTokenByDigest(
  db: Db,
  tenant_id: string,
  token_digest: string,
): Promise<StoredRefreshToken | undefined> {
  return (await byDigest(db, { tenant_id, token_digest })).rows[0]
}

/** One use of a refresh token. Times are epoch milliseconds. */
export type TokenUse = {
  family_id: string
  token_digest: string
  /** The token that replaces it; undefined leaves the token as it is (no rotation). */
  next_digest: string | undefined
  /** How long a token that was rotated may be used again. */
  leeway_ms: number
  at: number
  /** When the family ends from now on; null for never. */
  expires_at: number | null
}

/** The result of a use: `ended` when the family is revoked or expired, `reused` when the token was rotated before. */
export type TokenUseResult = 'used' | 'reused' | 'ended'

type Marked = { tenant_id: string; token_digest: string; at: number }

const extendFamily = prepareQuery(
  (db, use: Pick<TokenUse, 'family_id' | 'expires_at' | 'at'> & { tenant_id: string }) =>
    db
      .updateTable('token_families')
      .set({ expires_at: use.expires_at })
      .where('tenant_id', '=', use.tenant_id)
      .where('family_id', '=', use.family_id)
      .where('revoked_at', 'is', null)
      .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', use.at)])),
)

const markUsed = prepareQuery((db, { tenant_id, token_digest, at }: Marked) =>
  db
    .updateTable('refresh_tokens')
    .set({ last_used_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('token_digest', '=', token_digest)
    .where('rotated_at', 'is', null),
)

const markRotated = prepareQuery((db, { tenant_id, token_digest, at }: Marked) =>
  db
    .updateTable('refresh_tokens')
    .set({ last_used_at: at, rotated_at: at })
    .where('tenant_id', '=', tenant_id)
    .where('token_digest', '=', token_digest)
    .where('rotated_at', 'is', null),
)

/**
 * Uses a refresh token. Of any number of concurrent uses one rotates it. Each use updates the family's row first, so that no use
 * succeeds after a revocation.
 */
export async function useRefreshToken(trx: Transaction, tenant_id: string, use: TokenUse): Promise<TokenUseResult> {
  const { family_id, token_digest, next_digest, expires_at, at } = use
  const family = await extendFamily(trx, { tenant_id, family_id, expires_at, at })
  if (family.numAffectedRows !== 1n) return 'ended'
  const token = await (next_digest === undefined ? markUsed : markRotated)(trx, { tenant_id, token_digest, at })
  if (token.numAffectedRows !== 1n && !(await isWithinLeeway(trx, tenant_id, use))) return 'reused'
  if (next_digest !== undefined) await insertToken(trx, tenant_id, family_id, next_digest, at)
  return 'used'
}

async function isWithinLeeway(trx: Transaction, tenant_id: string, use: TokenUse): Promise<boolean> {
  if (use.leeway_ms === 0) return false
  const row = await trx
    .selectFrom('refresh_tokens')
    .select('token_digest')
    .where('tenant_id', '=', tenant_id)
    .where('token_digest', '=', use.token_digest)
    .where('rotated_at', '>=', use.at - use.leeway_ms)
    .executeTakeFirst()
  return row !== undefined
}

// A revoked family is kept for 30 days, so that reuse of its tokens can be distinguished from unknown tokens.
const revoked_kept_ms = 30 * day_ms

/** Revokes a token family: all its tokens become invalid. Returns false when it was revoked before. */
export async function revokeTokenFamily(
  db: Db,
  tenant_id: string,
  family_id: string,
  because: string,
  at: number,
): Promise<boolean> {
  const revoked = await db
    .updateTable('token_families')
    .set({ revoked_at: at, revoked_because: because, expires_at: at + revoked_kept_ms })
    .where('tenant_id', '=', tenant_id)
    .where('family_id', '=', family_id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return revoked.numUpdatedRows === 1n
}

/** Revokes every token family of a user, such as after a change of password. */
export async function revokeTokensOfUser(
  trx: Transaction,
  tenant_id: string,
  user_id: string,
  because: string,
  at: number,
): Promise<void> {
  await trx
    .updateTable('token_families')
    .set({ revoked_at: at, revoked_because: because, expires_at: at + revoked_kept_ms })
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('revoked_at', 'is', null)
    .execute()
}

const purged_at_once = 200

/** Deletes the token families of a client, or of users, with their tokens. */
export async function deleteTokens(
  trx: Transaction,
  tenant_id: string,
  of: { client_id: string } | { user_ids: string[] },
): Promise<void> {
  const [column, values] =
    'client_id' in of ? (['client_id', [of.client_id]] as const) : (['user_id', of.user_ids] as const)
  await trx
    .deleteFrom('refresh_tokens')
    .where('tenant_id', '=', tenant_id)
    .where('family_id', 'in', (families) =>
      families
        .selectFrom('token_families')
        .select('family_id')
        .where('token_families.tenant_id', '=', tenant_id)
        .where(`token_families.${column}`, 'in', values),
    )
    .execute()
  await trx.deleteFrom('token_families').where('tenant_id', '=', tenant_id).where(column, 'in', values).execute()
}

/** Deletes the token families of a tenant that have expired by `at`, with their tokens, and returns their number: at most 200. */
export async function purgeTokenFamilies(db: Db, tenant_id: string, at: number): Promise<number> {
  const expired = await db
    .selectFrom('token_families')
    .select('family_id')
    .where('tenant_id', '=', tenant_id)
    .where('expires_at', '<=', at)
    .limit(purged_at_once)
    .execute()
  if (expired.length === 0) return 0
  const ids = expired.map((family) => family.family_id)
  await db.deleteFrom('refresh_tokens').where('tenant_id', '=', tenant_id).where('family_id', 'in', ids).execute()
  await db.deleteFrom('token_families').where('tenant_id', '=', tenant_id).where('family_id', 'in', ids).execute()
  return ids.length
}

/** Whether a tenant has refresh tokens that were rotated by `before`. */
export async function hasRotatedTokens(db: Db, tenant_id: string, before: number): Promise<boolean> {
  const row = await db
    .selectFrom('refresh_tokens')
    .select('rotated_at')
    .where('tenant_id', '=', tenant_id)
    .where('rotated_at', 'is not', null)
    .where('rotated_at', '<=', before)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Deletes refresh tokens of a tenant that were rotated by `before`, and returns their number: at most 500. */
export async function deleteRotatedTokens(db: Db, tenant_id: string, before: number): Promise<number> {
  return await deleteUntil(db, tenant_id, { table: 'refresh_tokens', column: 'rotated_at' }, before)
}
