import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeAdminSetupTicket } from '../tenants/admin-setup.ts'
import { Refusal } from '../contract/refusal.ts'
import { changeDomain } from '../tenants/change-domain.ts'
import { createTenant, type ManagementClient } from '../tenants/create-tenant.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import type { HouseParts } from './house-parts.ts'

/** What the operator needs after the first start; written to `<data>/first-run.json` (mode 0600). */
export type FirstRun = {
  issuer: string
  management_audience: string
  management_client_id: string
  management_client_secret: string
  admin_setup_url: string
}

const client_name = 'first_run_client'
const done_name = 'first_run_written'

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

/** Where the first start leaves what the operator needs. */
export function firstRunFile(data_dir: string): string {
  return path.join(data_dir, 'first-run.json')
}

async function writeFirstRun(parts: HouseParts, tenant: Tenant, client: ManagementClient): Promise<FirstRun> {
  const issuer = issuerOf(tenant, parts.site.scheme)
  const first_run: FirstRun = {
    issuer,
    management_audience: managementAudience(issuer),
    management_client_id: client.client_id,
    management_client_secret: client.client_secret,
    admin_setup_url: await newSetupLink(parts, tenant),
  }
  const file = firstRunFile(parts.config.data_dir)
  mkdirSync(parts.config.data_dir, { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, `${JSON.stringify(first_run, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  await remember(parts, done_name, new Date(parts.clock.now()).toISOString())
  return first_run
}

async function makeDefaultTenant(parts: HouseParts, domain: string): Promise<ManagementClient | undefined> {
  try {
    const wanted = { name: 'default', domain, plan: parts.config.plan, is_default: true }
    const { management_client } = await createTenant(parts, wanted)
    // Sealed: should this process die before the file is written, the next start can still write it.
    await remember(parts, client_name, parts.sealer.seal(JSON.stringify(management_client), client_name))
    return management_client
  } catch (error) {
    // Another process made it in this moment.
    if (error instanceof Refusal && error.code === 'tenant_exists') return undefined
    throw error
  }
}

async function followSettings(parts: HouseParts, tenant: Tenant, domain: string): Promise<void> {
  if (tenant.domain !== domain) {
    parts.log.warn(
      { before: tenant.domain, now: domain },
      'the public address changed: the default tenant has a new issuer',
    )
    await changeDomain(parts, tenant, domain)
  }
  if (tenant.plan !== parts.config.plan) {
    await parts.db
      .updateTable('tenants')
      .set({ plan: parts.config.plan, updated_at: parts.clock.now() })
      .where('tenant_id', '=', tenant.tenant_id)
      .execute()
  }
}

/**
 * Makes the default tenant on the first start and follows changed settings on later ones; otherwise a restart
 * changes nothing. Of several processes that start at once on one PostgreSQL, one makes it.
 *
 * @param port the port that is bound, for the default public address
 */
export async function ensureDefaultTenant(
  parts: HouseParts,
  port: number,
): Promise<{ issuer: string; first_run: FirstRun | undefined }> {
  const { config, site } = parts
  const host = config.public_url === undefined ? `localhost:${port}` : new URL(config.public_url).host
  const domain = domainOfHost(host, site.scheme)
  let made: ManagementClient | undefined
  if (!(await defaultTenant(parts))) made = await makeDefaultTenant(parts, domain)
  const tenant = await defaultTenant(parts)
  if (!tenant) throw new Error('There is no default tenant')
  await followSettings(parts, tenant, domain)
  const settled = (await defaultTenant(parts)) ?? tenant
  const issuer = issuerOf(settled, site.scheme)
  if (made) return { issuer, first_run: await writeFirstRun(parts, settled, made) }
  const interrupted = (await recall(parts, done_name)) === undefined && !existsSync(firstRunFile(config.data_dir))
  const sealed = interrupted ? await recall(parts, client_name) : undefined
  if (sealed === undefined) return { issuer, first_run: undefined }
  const client = JSON.parse(parts.sealer.open(sealed, client_name)) as ManagementClient
  return { issuer, first_run: await writeFirstRun(parts, settled, client) }
}
