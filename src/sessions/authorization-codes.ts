import { digestText } from '../base/digest.ts'
import { newSecret } from '../base/ids.ts'
import { deleteUntil } from '../store/delete-until.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { CodesTable, Db, SessionsTable, Transaction } from '../store/tables.ts'

/** The lifetime of a code (RFC 6749 section 4.1.2 recommends at most 10 minutes). */
export const code_lifetime_ms = 60_000

// A used code is kept for this time after its end, so that its second use revokes what the first one gave.
const used_code_kept_ms = 3_600_000

/** A code to issue. */
export type NewCode = Omit<CodesTable, 'code_digest' | 'expires_at' | 'used_at' | 'family_id'>

/** A new code: 384 random bits. The caller writes it with `insertCode`. */
export const newCode = newSecret

const insertRow = prepareQuery((db, { row }: { row: CodesTable }) => db.insertInto('codes').values(row))

/** Inserts a code that is valid for `code_lifetime_ms` after `at`. */
export async function insertCode(trx: Transaction, code: string, issued: NewCode, at: number): Promise<void> {
  const row = {
    ...issued,
    code_digest: digestText(code),
    expires_at: at + code_lifetime_ms,
    used_at: null,
    family_id: null,
  }
  await insertRow(trx, { row })
}

type SessionColumn = 'user_id' | 'connection_id' | 'authenticated_at' | 'amr'

/** A code with columns of the session that it was issued for, which are null if the session has ended. */
export type StoredCode = CodesTable & { [Name in SessionColumn]: SessionsTable[Name] | null }

const selectCode = prepareQuery((db, { tenant_id, code_digest }: Pick<CodesTable, 'tenant_id' | 'code_digest'>) =>
  db
    .selectFrom('codes')
    .leftJoin('sessions', (join) =>
      join.onRef('sessions.tenant_id', '=', 'codes.tenant_id').onRef('sessions.session_id', '=', 'codes.session_id'),
    )
    .selectAll('codes')
    .select(['sessions.user_id', 'sessions.connection_id', 'sessions.authenticated_at', 'sessions.amr'])
    .where('codes.tenant_id', '=', tenant_id)
    .where('codes.code_digest', '=', code_digest),
)

/** The code with this text in any state, or undefined. */
export async function findCode(db: Db, tenant_id: string, code: string): Promise<StoredCode | undefined> {
  return (await selectCode(db, { tenant_id, code_digest: digestText(code) })).rows[0]
}

type CodeUse = Pick<CodesTable, 'tenant_id' | 'code_digest' | 'family_id'> & { at: number }

const markUsed = prepareQuery((db, { tenant_id, code_digest, family_id, at }: CodeUse) =>
  db
    .updateTable('codes')
    .set({ used_at: at, family_id })
    .where('tenant_id', '=', tenant_id)
    .where('code_digest', '=', code_digest)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at),
)

/**
 * Uses a code: of any number of concurrent uses one succeeds.
 *
 * @returns false if it was used before or has expired
 */
export async function useCode(trx: Transaction, use: CodeUse): Promise<boolean> {
  const { numAffectedRows } = await markUsed(trx, use)
  return numAffectedRows === 1n
}

/** The token family that a used code gave; null where it gave none. */
export async function familyOfCode(
  trx: Transaction,
  { tenant_id, code_digest }: Pick<CodesTable, 'tenant_id' | 'code_digest'>,
): Promise<string | null> {
  const row = await trx
    .selectFrom('codes')
    .select('family_id')
    .where('tenant_id', '=', tenant_id)
    .where('code_digest', '=', code_digest)
    .executeTakeFirst()
  return row?.family_id ?? null
}

/** Deletes codes of a tenant that ended an hour before `at`, and returns their number: at most 500. */
export async function purgeCodes(trx: Transaction, tenant_id: string, at: number): Promise<number> {
  return await deleteUntil(trx, tenant_id, { table: 'codes', column: 'expires_at' }, at - used_code_kept_ms)
}
