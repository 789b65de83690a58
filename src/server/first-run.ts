import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { followDashboardClient } from '../admins/dashboard-client.ts'
import { moveAdmins } from '../admins/move-admins.ts'
import { adminOrigin, ensureSystemTenant } from '../admins/system-tenant.ts'
import { createSetupLink, setupLink } from '../admins/setup-ticket.ts'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import type { Config } from '../config/config.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Db } from '../store/tables.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import {
  createManagementClient,
  firstManagementClient,
  named_scopes_of_first_client,
} from '../tenants/management-client.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant, type Site } from '../tenants/tenant.ts'
import type { Plan } from '../contract/plans.ts'
import { followAddresses, hostTaken, isTenantTaken } from './follow-addresses.ts'
import { readFirstRunFile, writeFirstRunFile, type FirstRun } from './first-run-file.ts'

/** The dependencies of the first start. */
export type FirstRunDeps = {
  db: Db
  clock: Clock
  log: ProcessLog
  sealer: Sealer
  site: Site
}

/** The name of the tenant that the first start creates. */
export const default_name = 'default'

const done_name = 'first_run_written'
const plan_name = 'plan_followed'

async function defaultTenant(db: Db): Promise<Tenant | undefined> {
  const row = await db.selectFrom('tenants').selectAll().where('is_default', '=', 1).executeTakeFirst()
  return row && tenantFromRow(row)
}

async function remember(db: Db, name: string, value: string): Promise<void> {
  await db
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

async function recall(db: Db, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value
}

type Addresses = { issuer: string; admin_url: string | undefined }

async function writeFirstRun(deps: FirstRunDeps, data_dir: string, tenant: Tenant, issuer: string): Promise<FirstRun> {
  const management_audience = managementAudience(issuer)
  // An earlier process may have ended before it wrote the file: the client is read from the store.
  const client =
    (await firstManagementClient(deps, tenant, management_audience)) ??
    (await createManagementClient(deps, tenant, management_audience, named_scopes_of_first_client))
  const admin_setup_url = await createSetupLink(deps, tenant)
  const first_run: FirstRun = {
    issuer,
    management_audience,
    management_client_id: client.client_id,
    management_client_secret: client.client_secret,
    ...defined({ admin_setup_url }),
  }
  writeFirstRunFile(data_dir, first_run)
  await remember(deps.db, done_name, isoTime(deps.clock.now()))
  return first_run
}

const others_write_within_ms = 5000

/** Whether the process that created the tenant has written the file. Waits a moment for a process that is about to. */
async function isWritten(deps: FirstRunDeps, may_wait: boolean): Promise<boolean> {
  const until = Date.now() + (may_wait ? others_write_within_ms : 0)
  while ((await recall(deps.db, done_name)) === undefined) {
    if (Date.now() >= until) return false
    await sleep(50)
  }
  return true
}

/** Updates the addresses in the file after they changed. The file may be missing, or another store's. */
async function followFile(
  deps: FirstRunDeps,
  data_dir: string,
  tenant: Tenant,
  { issuer, admin_url }: Addresses,
): Promise<void> {
  const written = readFirstRunFile(data_dir)
  if (!written) return
  const { admin_setup_url: old_link, ...rest } = written
  const ticket = old_link === undefined ? null : new URL(old_link).searchParams.get('ticket')
  const followed: FirstRun = {
    ...rest,
    issuer,
    management_audience: managementAudience(issuer),
    ...(ticket === null || admin_url === undefined ? {} : { admin_setup_url: setupLink(admin_url, ticket) }),
  }
  if (issuer === written.issuer && followed.admin_setup_url === old_link) return
  const own = await deps.db
    .selectFrom('clients')
    .select('client_id')
    .where('tenant_id', '=', tenant.tenant_id)
    .where('client_id', '=', written.management_client_id)
    .executeTakeFirst()
  if (own) writeFirstRunFile(data_dir, followed)
}

/** Creates the default tenant; false where another process created it at the same time. */
async function createDefaultTenant(deps: FirstRunDeps, plan: Plan, domain: string): Promise<boolean> {
  try {
    await createTenant(deps, { name: default_name, domain, plan, is_default: true })
    return true
  } catch (error) {
    if (!isTenantTaken(error)) throw error
    if (!(await defaultTenant(deps.db))) throw hostTaken('default', domain)
    return false
  }
}

/** Applies WHERRY_PLAN when the setting has changed; otherwise a plan that the operator set by a command or the API stays. */
async function followPlan(deps: FirstRunDeps, tenant_id: string, plan: Plan): Promise<void> {
  if ((await recall(deps.db, plan_name)) === plan) return
  await changePlan(deps, tenant_id, plan)
  await remember(deps.db, plan_name, plan)
}

/** The result of a start: the addresses, and on the first start the content of `first-run.json`. */
export type Started = Addresses & { first_run: FirstRun | undefined }

/**
 * Creates the default tenant and the system tenant on the first start and applies changed settings on later ones; otherwise a restart
 * changes nothing. Of several processes that start at once on one PostgreSQL, one creates them. A first start that was interrupted is
 * completed by the next. The admins that older versions stored are moved to the system tenant.
 *
 * @param bound the port that is bound, for the default public address, and the domain of the admin origin
 * @throws {ConfigError} when a host belongs to another tenant
 */
export async function ensureTenants(
  deps: FirstRunDeps,
  config: Config,
  bound: { port: number; admin_domain: string | undefined },
): Promise<Started> {
  const { site } = deps
  const host = config.public_url === undefined ? `localhost:${bound.port}` : new URL(config.public_url).host
  const domain = domainOfHost(host, site.scheme)
  await ensureSystemTenant(deps)
  const before = await defaultTenant(deps.db)
  const made_here = before === undefined && (await createDefaultTenant(deps, config.plan, domain))
  await followAddresses(deps, { default: domain, system: bound.admin_domain })
  const tenant = await defaultTenant(deps.db)
  if (!tenant) throw new Error('There is no default tenant')
  await followPlan(deps, tenant.tenant_id, config.plan)
  const system = await ensureSystemTenant(deps)
  await followDashboardClient(deps, system)
  await moveAdmins(deps, system)
  const addresses = { issuer: issuerOf(tenant, site.scheme), admin_url: adminOrigin(system, site.scheme) }
  // The embedded store belongs to this process: no other one is about to write the file.
  const may_wait = !made_here && config.database_url !== undefined
  if (!(await isWritten(deps, may_wait))) {
    return { ...addresses, first_run: await writeFirstRun(deps, config.data_dir, tenant, addresses.issuer) }
  }
  await followFile(deps, config.data_dir, tenant, addresses)
  return { ...addresses, first_run: undefined }
}
