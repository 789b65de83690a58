import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../config/config.ts'
import { Refusal } from '../contract/refusal.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import { clientSecretPlace } from '../store/sealed-places.ts'
import { makeAdminSetupTicket } from '../tenants/admin-setup.ts'
import { changeDomain } from '../tenants/change-domain.ts'
import { createTenant, type ManagementClient } from '../tenants/create-tenant.ts'
import { changePlan } from '../tenants/manage-tenants.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import { readFirstRunFile, writeFirstRunFile, type FirstRun } from './first-run-file.ts'
import type { HouseParts } from './house-parts.ts'

/** The name of the tenant that the first start makes. */
export const default_name = 'default'

const done_name = 'first_run_written'
const plan_name = 'plan_followed'

async function defaultTenant(parts: HouseParts): Promise<Tenant | undefined> {
  const row = await parts.db.selectFrom('tenants').selectAll().where('is_default', '=', 1).executeTakeFirst()
  return row && tenantFromRow(row)
}

async function remember(parts: HouseParts, name: string, value: string): Promise<void> {
  await parts.db
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

async function recall(parts: HouseParts, name: string): Promise<string | undefined> {
  const row = await parts.db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
  return row?.value
}

/** The address of a new set-up link of a tenant: it works once, within 24 hours. */
export async function newSetupLink(parts: HouseParts, tenant: Tenant): Promise<string> {
  const secret = await makeAdminSetupTicket(parts.db, parts.clock, tenant.tenant_id)
  return `${issuerOf(tenant, parts.site.scheme)}u/admin-setup?ticket=${secret}`
}

/** The client that was made with a tenant, from the store: what a process leaves that died before it wrote the file. */
async function firstClient(parts: HouseParts, tenant: Tenant, audience: string): Promise<ManagementClient> {
  const { tenant_id } = tenant
  const { client_id, secret_sealed } = await parts.db
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
  return { client_id, client_secret: parts.sealer.open(secret_sealed, clientSecretPlace(tenant_id, client_id)) }
}

async function writeFirstRun(parts: HouseParts, tenant: Tenant, issuer: string): Promise<FirstRun> {
  const management_audience = managementAudience(issuer)
  const client = await firstClient(parts, tenant, management_audience)
  const first_run: FirstRun = {
    issuer,
    management_audience,
    management_client_id: client.client_id,
    management_client_secret: client.client_secret,
    admin_setup_url: await newSetupLink(parts, tenant),
  }
  writeFirstRunFile(parts.config.data_dir, first_run)
  await remember(parts, done_name, new Date(parts.clock.now()).toISOString())
  return first_run
}

const others_write_within_ms = 5000

/** Whether the process that made the tenant has written the file. It is given a moment, should it be at work now. */
async function isWritten(parts: HouseParts, by_others: boolean): Promise<boolean> {
  // Only PostgreSQL has others: the embedded store belongs to this process.
  const until = Date.now() + (by_others && parts.config.database_url !== undefined ? others_write_within_ms : 0)
  while ((await recall(parts, done_name)) === undefined) {
    if (Date.now() >= until) return false
    await sleep(50)
  }
  return true
}

/** Keeps the addresses in the file true where the public address changed. The file may be gone, or another store's. */
async function followFile(parts: HouseParts, tenant: Tenant, issuer: string): Promise<void> {
  const { data_dir } = parts.config
  const first_run = readFirstRunFile(data_dir)
  if (!first_run || first_run.issuer === issuer) return
  const own = await parts.db
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

/** Makes the default tenant; false where another process made it in this moment. */
async function makeDefaultTenant(parts: HouseParts, domain: string): Promise<boolean> {
  try {
    await createTenant(parts, { name: default_name, domain, plan: parts.config.plan, is_default: true })
    return true
  } catch (error) {
    if (!isTaken(error)) throw error
    if (!(await defaultTenant(parts))) throw hostTaken(domain)
    return false
  }
}

/** Issuers follow the scheme of this installation, and the default tenant's host follows the settings. */
async function followAddress(parts: HouseParts, wanted: string): Promise<void> {
  const rows = await parts.db
    .selectFrom('tenants')
    .innerJoin('resource_servers', 'resource_servers.tenant_id', 'tenants.tenant_id')
    .where('resource_servers.is_system', '=', 1)
    .selectAll('tenants')
    .select('resource_servers.identifier')
    .execute()
  for (const row of rows) {
    const tenant = tenantFromRow(row)
    const domain = tenant.is_default ? wanted : tenant.domain
    const audience = managementAudience(issuerOf({ ...tenant, domain }, parts.site.scheme))
    if (domain === tenant.domain && audience === row.identifier) continue
    parts.log.warn({ tenant: tenant.name, audience, before: row.identifier }, 'the address of a tenant changed')
    await changeDomain(parts, tenant, domain).catch((error: unknown) => {
      throw isTaken(error) ? hostTaken(domain) : error
    })
  }
}

/** Takes over WHERRY_PLAN when it changed; otherwise what the operator chose by a command or the API stays. */
async function followPlan(parts: HouseParts, tenant_id: string): Promise<void> {
  const { plan } = parts.config
  if ((await recall(parts, plan_name)) === plan) return
  await changePlan(parts, tenant_id, plan)
  await remember(parts, plan_name, plan)
}

/**
 * Makes the default tenant on the first start and follows changed settings on later ones; otherwise a restart
 * changes nothing. Of several processes that start at once on one PostgreSQL, one makes it. What a process leaves
 * undone that dies on its first start, the next one does.
 *
 * @param port the port that is bound, for the default public address
 * @throws {ConfigError} when the host belongs to another tenant
 */
export async function ensureDefaultTenant(
  parts: HouseParts,
  port: number,
): Promise<{ issuer: string; first_run: FirstRun | undefined }> {
  const { config, site } = parts
  const host = config.public_url === undefined ? `localhost:${port}` : new URL(config.public_url).host
  const domain = domainOfHost(host, site.scheme)
  const before = await defaultTenant(parts)
  const made_here = before === undefined && (await makeDefaultTenant(parts, domain))
  await followAddress(parts, domain)
  const tenant = await defaultTenant(parts)
  if (!tenant) throw new Error('There is no default tenant')
  await followPlan(parts, tenant.tenant_id)
  const issuer = issuerOf(tenant, site.scheme)
  if (!(await isWritten(parts, !made_here))) return { issuer, first_run: await writeFirstRun(parts, tenant, issuer) }
  await followFile(parts, tenant, issuer)
  return { issuer, first_run: undefined }
}
