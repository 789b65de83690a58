import { newPrefixedId } from '../base/ids.ts'
import type { Clock } from '../base/clock.ts'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { insertConnection } from '../connections/save-connection.ts'
import { newClientDefaults } from '../contract/client.ts'
import { newResourceServerDefaults } from '../contract/resource-server.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Db, Transaction } from '../store/tables.ts'
import { inTransaction, violatesUnique } from '../store/transaction.ts'
import { insertClient } from '../tenants/insert-client.ts'
import { insertTenant } from '../tenants/insert-tenant.ts'
import { issuerOf, managementAudience, systemTenant, type Tenant, type Site } from '../tenants/tenant.ts'
import { admin_password_min } from './admin-password.ts'

/** The name of the system tenant. Names of other tenants have no `$`. */
const system_name = '$system'

/** The domain of the system tenant while there is no admin origin. */
export const no_domain = '$system'

/** The connection of the admins. */
export const admin_realm = 'admins'

/** The public client of the admin origin. */
export const dashboard_client_id = 'wherry-dashboard'

/** The dependencies of `ensureSystemTenant`. */
export type SystemTenantDeps = { db: Db; clock: Clock; sealer: Sealer; site: Site }

/** The address of the admin origin with the trailing slash; undefined where there is none. */
export function adminOrigin(system: Tenant, scheme: Site['scheme']): string | undefined {
  return system.domain === no_domain ? undefined : issuerOf(system, scheme)
}

/** The connection of the admins in the system tenant. */
export async function adminConnection(db: Db, system: Tenant): Promise<Connection> {
  const connection = await connectionByRealm(db, system.tenant_id, admin_realm)
  if (!connection) throw new Error('The system tenant has no connection of admins')
  return connection
}

function newSystemTenant(created_at: number): Tenant {
  return {
    tenant_id: newPrefixedId('ten'),
    name: system_name,
    domain: no_domain,
    plan: 'enterprise',
    is_default: false,
    is_system: true,
    settings: { friendly_name: 'Wherry' },
    created_at,
  }
}

async function insertSystemTenant(trx: Transaction, deps: SystemTenantDeps): Promise<Tenant> {
  const tenant = newSystemTenant(deps.clock.now())
  await insertTenant(trx, tenant, {
    audience: managementAudience(issuerOf(tenant, deps.site.scheme)),
    data: {
      ...newResourceServerDefaults,
      name: 'Management API for admins',
      allow_offline_access: true,
    },
  })
  const client = { client_id: dashboard_client_id, name: 'Wherry Dashboard', data: newClientDefaults }
  await insertClient(trx, deps.sealer, tenant, client)
  await insertConnection(
    trx,
    deps,
    tenant,
    {
      name: admin_realm,
      strategy: 'auth0',
      options: {
        disable_signup: true,
        disable_self_service_change_password: true,
        passwordPolicy: 'low',
        password_complexity_options: { min_length: admin_password_min },
      },
      enabled_clients: [dashboard_client_id],
    },
    { through: 'command' },
  )
  return tenant
}

/**
 * Returns the system tenant, and creates it where there is none: without a domain, with one connection and the client of the dashboard,
 * which `followDashboardClient` completes, and without a client for the client credentials grant. Of several processes at once, one creates it. Signing keys are created at first use.
 */
export async function ensureSystemTenant(deps: SystemTenantDeps): Promise<Tenant> {
  const known = await systemTenant(deps.db)
  if (known) return known
  try {
    return await inTransaction(deps.db, (trx) => insertSystemTenant(trx, deps))
  } catch (error) {
    const created_elsewhere = violatesUnique(error, 'tenants') ? await systemTenant(deps.db) : undefined
    if (!created_elsewhere) throw error
    return created_elsewhere
  }
}
