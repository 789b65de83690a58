import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { ConfigError, type Config } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import type { Sealer } from '../keys/sealer.ts'
import { clientSecretAad } from '../store/sealed-aad.ts'
import type { Db } from '../store/tables.ts'
import { makeAdminSetupTicket } from '../tenants/admin-setup.ts'
import { changeDomain } from '../tenants/change-domain.ts'
import { createTenant, type ManagementClient } from '../tenants/create-tenant.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import type { Plan } from '../contract/plans.ts'
import { readFirstRunFile, writeFirstRunFile, type FirstRun } from './first-run-file.ts'

/** What the first start needs. */
export type FirstRunDeps = {
  db: Db
  clock: Clock
  log: ProcessLog
  sealer: Sealer
  site: { scheme: 'http' | 'https' }
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

/** The address of a new set-up link of a tenant: it works once, within 24 hours. */
export async function newSetupLink(deps: Pick<FirstRunDeps, 'db' | 'clock' | 'site'>, tenant: Tenant): Promise<string> {
  const secret = await makeAdminSetupTicket(deps.db, deps.clock, tenant.tenant_id)
  return `${issuerOf(tenant, deps.site.scheme)}u/admin-setup?ticket=${secret}`
}

/** The client that was created with a tenant, read from the store: an earlier process may have died before it wrote the file. */
async function firstClient(deps: FirstRunDeps, tenant: Tenant, audience: string): Promise<ManagementClient> {
  const { tenant_id } = tenant
  const { client_id, secret_sealed } = await deps.db
    .selectFrom('client_grants')
    .innerJoin('clients', (join) =>
      join
        .onRef('clients.tenant_id', '=', 'client_grants.tenant_id')
        .onRef('clients.client_id', '=', 'client_grants.client_id'),
    )
    .select(['clients.client_id', 'clients.secret_sealed'])
    .where('client_grants.tenant_id', '=', tenant_id)
    .where('client_grants.audience', '=', audience)
    .where('client_grants.allow_all_scopes', '=', 1)
    .orderBy('client_grants.created_at')
    .executeTakeFirstOrThrow()
  return { client_id, client_secret: deps.sealer.open(secret_sealed, clientSecretAad(tenant_id, client_id)) }
}

async function writeFirstRun(deps: FirstRunDeps, data_dir: string, tenant: Tenant, issuer: string): Promise<FirstRun> {
  const management_audience = managementAudience(issuer)
  const client = await firstClient(deps, tenant, management_audience)
  const first_run: FirstRun = {
    issuer,
    management_audience,
    management_client_id: client.client_id,
    management_client_secret: client.client_secret,
    admin_setup_url: await newSetupLink(deps, tenant),
  }
  writeFirstRunFile(data_dir, first_run)
  await remember(deps.db, done_name, new Date(deps.clock.now()).toISOString())
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

/** Updates the addresses in the file after the public address changed. The file may be missing, or another store's. */
async function followFile(deps: FirstRunDeps, data_dir: string, tenant: Tenant, issuer: string): Promise<void> {
  const first_run = readFirstRunFile(data_dir)
  if (!first_run || first_run.issuer === issuer) return
  const own = await deps.db
    .selectFrom('clients')
    .select('client_id')
    .where('tenant_id', '=', tenant.tenant_id)
    .where('client_id', '=', first_run.management_client_id)
    .executeTakeFirst()
  if (!own) return
  const admin_setup_url = first_run.admin_setup_url.replace(first_run.issuer, issuer)
  const management_audience = managementAudience(issuer)
  writeFirstRunFile(data_dir, { ...first_run, issuer, management_audience, admin_setup_url })
}

function hostTaken(domain: string): ConfigError {
  return new ConfigError([
    `The default tenant cannot have the host ${domain}: another tenant of this installation has it. Set WHERRY_PUBLIC_URL to another address.`,
  ])
}

const isTaken = (error: unknown): boolean => error instanceof Refusal && error.code === 'tenant_exists'

/** Creates the default tenant; false where another process created it at the same time. */
async function createDefaultTenant(deps: FirstRunDeps, plan: Plan, domain: string): Promise<boolean> {
  try {
    await createTenant(deps, { name: default_name, domain, plan, is_default: true })
    return true
  } catch (error) {
    if (!isTaken(error)) throw error
    if (!(await defaultTenant(deps.db))) throw hostTaken(domain)
    return false
  }
}

/** Issuers follow the scheme of this installation, and the default tenant's host follows the settings. */
async function followAddress(deps: FirstRunDeps, wanted: string): Promise<void> {
  const rows = await deps.db
    .selectFrom('tenants')
    .innerJoin('resource_servers', 'resource_servers.tenant_id', 'tenants.tenant_id')
    .where('resource_servers.is_system', '=', 1)
    .selectAll('tenants')
    .select('resource_servers.identifier')
    .execute()
  for (const row of rows) {
    const tenant = tenantFromRow(row)
    const domain = tenant.is_default ? wanted : tenant.domain
    const audience = managementAudience(issuerOf({ ...tenant, domain }, deps.site.scheme))
    if (domain === tenant.domain && audience === row.identifier) continue
    deps.log.warn({ tenant: tenant.name, audience, before: row.identifier }, 'the address of a tenant changed')
    await changeDomain(deps, tenant, domain).catch((error: unknown) => {
      throw isTaken(error) ? hostTaken(domain) : error
    })
  }
}

/** Applies WHERRY_PLAN when the setting has changed; otherwise a plan that the operator set by a command or the API stays. */
async function followPlan(deps: FirstRunDeps, tenant_id: string, plan: Plan): Promise<void> {
  if ((await recall(deps.db, plan_name)) === plan) return
  await changePlan(deps, tenant_id, plan)
  await remember(deps.db, plan_name, plan)
}

/**
 * Creates the default tenant on the first start and applies changed settings on later ones; otherwise a restart changes nothing. Of
 * several processes that start at once on one PostgreSQL, one creates it. A first start that was interrupted is completed by the next.
 *
 * @param port the port that is bound, for the default public address
 * @throws {ConfigError} when the host belongs to another tenant
 */
export async function ensureDefaultTenant(
  deps: FirstRunDeps,
  config: Config,
  port: number,
): Promise<{ issuer: string; first_run: FirstRun | undefined }> {
  const { site } = deps
  const host = config.public_url === undefined ? `localhost:${port}` : new URL(config.public_url).host
  const domain = domainOfHost(host, site.scheme)
  const before = await defaultTenant(deps.db)
  const made_here = before === undefined && (await createDefaultTenant(deps, config.plan, domain))
  await followAddress(deps, domain)
  const tenant = await defaultTenant(deps.db)
  if (!tenant) throw new Error('There is no default tenant')
  await followPlan(deps, tenant.tenant_id, config.plan)
  const issuer = issuerOf(tenant, site.scheme)
  // The embedded store belongs to this process: no other one is about to write the file.
  const may_wait = !made_here && config.database_url !== undefined
  if (!(await isWritten(deps, may_wait)))
    return { issuer, first_run: await writeFirstRun(deps, config.data_dir, tenant, issuer) }
  await followFile(deps, config.data_dir, tenant, issuer)
  return { issuer, first_run: undefined }
}
