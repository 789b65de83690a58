import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import type { Connection } from '../connections/connection.ts'
import { requireScripts } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import { readProfileId } from '../migration/legacy-id.ts'
import { readFlag } from '../migration/read-flag.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { bareId, profileById } from '../users/user.ts'
import { changeLegacyStore, type ChangeLegacyStoreDeps } from './change-legacy-store.ts'

/** An address that the legacy store verified. `is_returned`: whether the script returned the user's profile with the address verified. */
export type VerifiedInLegacyStore = { is_returned: boolean; migration: JsonObject }

function returnsVerified({ options }: Connection, user_id: string, value: JsonValue): boolean {
  if (!isJsonObject(value) || readFlag(value['email_verified']) !== true) return false
  const id = readProfileId(value, options.id_namespace)
  return 'id' in id && id.id === bareId(user_id)
}

/**
 * Legacy mode: verifies an address in the legacy store, before the link is used here: where the script fails the link stays valid.
 *
 * @throws {Refusal} `ticket_invalid` where the user has another address; `script_missing`, `plan_required`, the refusals of
 *   `changeLegacyStore`
 */
export async function verifyInLegacyStore(
  deps: ChangeLegacyStoreDeps & { db: Db },
  { tenant, connection, user_id, email }: { tenant: Tenant; connection: Connection; user_id: string; email: string },
): Promise<VerifiedInLegacyStore> {
  requireScripts(tenant, connection, 'verification')
  const user = await profileById(deps.db, tenant.tenant_id, user_id)
  if (!user || canonicalIdentifier(user.email ?? '') !== canonicalIdentifier(email)) throw new Refusal('ticket_invalid')
  const call = { event: 'verification', script: 'verify', args: [user.email] } as const
  const { value, migration } = await changeLegacyStore(deps, connection, call, 'user')
  return { is_returned: returnsVerified(connection, user_id, value), migration }
}
