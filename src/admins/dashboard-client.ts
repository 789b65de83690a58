import { newClientDefaults } from '../contract/client.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import type { JsonObject } from '../base/json.ts'
import type { Clock } from '../base/clock.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Site, Tenant } from '../tenants/tenant.ts'
import { adminOrigin, dashboard_client_id } from './system-tenant.ts'

// The dashboard requests a new token before the last one expires, and each request of the Management API checks the session.
const access_token_lifetime_s = 300

/** How long a session of an admin lives, in hours: without use, and in all. */
const session_hours = { idle_session_lifetime: 8, session_lifetime: 72 }

/** The properties of the client of the dashboard, which has no secret: it follows the admin origin. */
function clientData(admin_url: string | undefined): JsonObject {
  return {
    ...newClientDefaults,
    app_type: 'spa',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'http://auth0.com/oauth/grant-type/password-realm', 'refresh_token'],
    ...(admin_url === undefined
      ? {}
      : {
          callbacks: [`${admin_url}signed-in`],
          allowed_logout_urls: [admin_url],
          initiate_login_uri: admin_url,
        }),
  }
}

/** The JSON of a column with these members set; undefined where it has them. */
function changed(text: string, members: JsonObject): string | undefined {
  const after = writeJson({ ...readJson<JsonObject>(text), ...members })
  return after === text ? undefined : after
}

async function follow(trx: Transaction, { tenant_id }: Tenant, data: JsonObject, updated_at: number): Promise<void> {
  const client = await trx
    .selectFrom('clients')
    .select('data')
    .where('tenant_id', '=', tenant_id)
    .where('client_id', '=', dashboard_client_id)
    .executeTakeFirstOrThrow()
  if (client.data !== writeJson(data)) {
    await trx
      .updateTable('clients')
      .set({ data: writeJson(data), updated_at })
      .where('tenant_id', '=', tenant_id)
      .where('client_id', '=', dashboard_client_id)
      .execute()
  }
  const tenant = await trx
    .selectFrom('tenants')
    .select('settings')
    .where('tenant_id', '=', tenant_id)
    .executeTakeFirstOrThrow()
  const settings = changed(tenant.settings, session_hours)
  if (settings !== undefined) {
    await trx.updateTable('tenants').set({ settings, updated_at }).where('tenant_id', '=', tenant_id).execute()
  }
  const api = await trx
    .selectFrom('resource_servers')
    .select('data')
    .where('tenant_id', '=', tenant_id)
    .where('is_system', '=', 1)
    .executeTakeFirstOrThrow()
  const lifetimes = { token_lifetime: access_token_lifetime_s, token_lifetime_for_web: access_token_lifetime_s }
  const api_data = changed(api.data, lifetimes)
  if (api_data === undefined) return
  await trx
    .updateTable('resource_servers')
    .set({ data: api_data, updated_at })
    .where('tenant_id', '=', tenant_id)
    .where('is_system', '=', 1)
    .execute()
}

/**
 * Makes the client of the dashboard, the lifetime of admins' tokens and that of their sessions what this version wants, at the address of
 * the admin origin. Several processes may do this at once.
 *
 * @param system the system tenant, with the domain that follows from the settings
 */
export async function followDashboardClient(
  { db, clock, site }: { db: Db; clock: Clock; site: Site },
  system: Tenant,
): Promise<void> {
  const data = clientData(adminOrigin(system, site.scheme))
  await inTransaction(db, (trx) => follow(trx, system, data, clock.now()))
}
