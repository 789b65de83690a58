import { day_ms } from '../base/time.ts'
import { clientFromRow } from '../clients/client.ts'
import { deleteRotatedTokens, hasRotatedTokens } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { refreshTokenPolicy } from './refresh-token-policy.ts'

// Until then its reuse ends the family; afterwards it is an unknown token.
const kept_ms = 30 * day_ms

/**
 * Deletes refresh tokens of a tenant that were rotated 30 days before `at`, or before the longest leeway of the tenant's clients, and
 * returns their number: at most 500. A family that never expires would otherwise keep every token that it ever had.
 */
export async function purgeRotatedTokens(db: Db, tenant_id: string, at: number): Promise<number> {
  if (!(await hasRotatedTokens(db, tenant_id, at - kept_ms))) return 0
  const clients = await db.selectFrom('clients').selectAll().where('tenant_id', '=', tenant_id).execute()
  const leeways = clients.map((row) => refreshTokenPolicy(clientFromRow(row)).leeway_ms)
  return await deleteRotatedTokens(db, tenant_id, at - Math.max(kept_ms, ...leeways))
}
