import { no_domain } from '../admins/system-tenant.ts'
import { ConfigError } from '../config/config.ts'
import { changeDomain } from '../tenants/change-domain.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { issuerOf, managementAudience, tenantFromRow, type Tenant } from '../tenants/tenant.ts'
import { Refusal } from '../contract/refusal.ts'
import type { ProcessLog } from '../base/process-log.ts'

/** The domains that follow from the settings. `system` is undefined where there is no admin origin. */
export type ConfiguredDomains = { default: string; system: string | undefined }

/** The error of a start whose settings give a tenant the host of another one. */
export function hostTaken(tenant: 'default' | 'system', domain: string): ConfigError {
  const [what, setting] =
    tenant === 'default' ? ['The default tenant', 'WHERRY_PUBLIC_URL'] : ['The admin origin', 'WHERRY_ADMIN_URL']
  return new ConfigError([
    `${what} cannot have the host ${domain}: another tenant of this installation has it. Set ${setting} to another address.`,
  ])
}

/** Whether an error says that a tenant's name or domain is taken. */
export const isTenantTaken = (error: unknown): boolean => error instanceof Refusal && error.code === 'tenant_exists'

/**
 * Applies changed addresses to the tenants: issuers follow the scheme of this installation, and the hosts of the default tenant and of
 * the admin origin follow the settings.
 *
 * @throws {ConfigError} when a host belongs to another tenant
 */
export async function followAddresses(
  deps: CreateTenantDeps & { log: ProcessLog },
  domains: ConfiguredDomains,
): Promise<void> {
  const rows = await deps.db
    .selectFrom('tenants')
    .innerJoin('resource_servers', 'resource_servers.tenant_id', 'tenants.tenant_id')
    .where('resource_servers.is_system', '=', 1)
    .selectAll('tenants')
    .select('resource_servers.identifier')
    .execute()
  const changes = rows.flatMap((row) => {
    const tenant = tenantFromRow(row)
    const domain = domainOf(tenant, domains)
    const audience = managementAudience(issuerOf({ ...tenant, domain }, deps.site.scheme))
    return domain === tenant.domain && audience === row.identifier ? [] : [{ tenant, domain, before: row.identifier }]
  })
  // The system tenant's old domain is removed first, and its new one is set last: the default tenant may get the old or have the new one.
  const of_system = changes.find(({ tenant }) => tenant.is_system)
  if (of_system) await changeDomain(deps, of_system.tenant, no_domain)
  for (const { tenant, domain, before } of changes.filter((change) => change !== of_system)) {
    const { audience } = await change(deps, tenant, domain)
    deps.log.warn({ tenant: tenant.name, audience, before }, 'the address of a tenant changed')
  }
  if (of_system && of_system.domain !== no_domain) await change(deps, of_system.tenant, of_system.domain)
}

function domainOf(tenant: Tenant, domains: ConfiguredDomains): string {
  if (tenant.is_default) return domains.default
  return tenant.is_system ? (domains.system ?? no_domain) : tenant.domain
}

async function change(deps: CreateTenantDeps, tenant: Tenant, domain: string): Promise<{ audience: string }> {
  const changed = await changeDomain(deps, tenant, domain).catch((error: unknown) => {
    throw isTenantTaken(error) ? hostTaken(tenant.is_system ? 'system' : 'default', domain) : error
  })
  return { audience: managementAudience(issuerOf(changed, deps.site.scheme)) }
}
