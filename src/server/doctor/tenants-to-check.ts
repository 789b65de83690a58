import type { Db } from '../../store/tables.ts'
import { tenantFromRow, type Tenant } from '../../tenants/tenant.ts'

const checked_max = 100

/** The tenants that are checked one by one, the system tenant included: at most the 100 oldest. */
export async function tenantsToCheck(db: Db): Promise<Tenant[]> {
  const rows = await db.selectFrom('tenants').selectAll().orderBy('created_at').limit(checked_max).execute()
  return rows.map(tenantFromRow)
}
