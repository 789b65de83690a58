import { defined } from '../base/defined.ts'
import { createSetupLink } from '../admins/setup-ticket.ts'
import { checkNewAllowEntries } from '../connections/check-new-allow-entries.ts'
import { default_plan } from '../contract/plans.ts'
import { brandingOf, updateBranding } from '../tenants/branding.ts'
import { createTenant, type CreateTenantDeps } from '../tenants/create-tenant.ts'
import { changePlan, listTenants, showTenant, requireTenant } from '../tenants/manage-tenants.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'
import { showSettings, updateSettings } from '../tenants/tenant-settings.ts'
import type { StoredWebhookDeps } from '../tenants/text-webhook.ts'
import { settingsFor } from './hide-webhooks.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'

/** Operations on the settings and the look of a tenant, and the operator's operations on tenants. */
export function tenantHandlers(
  deps: CreateTenantDeps & StoredWebhookDeps & { mayReachPrivateNetworks: PrivateNetworks },
) {
  return {
    getTenantSettings: async ({ tenant, token }) => settingsFor(token, showSettings(tenant)),

    async updateTenantSettings({ tenant, body }) {
      const { extensibility_egress: egress } = body
      if (egress) {
        const { extensibility_egress: stored } = showSettings(tenant)
        const may = deps.mayReachPrivateNetworks
        const property = 'extensibility_egress.allow'
        await checkNewAllowEntries(may, tenant.tenant_id, { egress }, defined({ egress: stored }), property)
      }
      return await updateSettings(deps, tenant, body)
    },

    getBranding: async ({ tenant }) => brandingOf(tenant),

    updateBranding: async ({ tenant, body }) => await updateBranding(deps, tenant, body),

    async listTenants({ query }) {
      const found = await listTenants(deps.db, checkpointOf(query))
      const show = (tenant: Tenant) => showTenant(tenant, deps.site.scheme)
      return checkpointAnswer('tenants', { ...found, items: found.items.map(show) })
    },

    async createTenant({ body }) {
      const made = await createTenant(deps, { plan: default_plan, ...body })
      const shown = showTenant(made.tenant, deps.site.scheme)
      const admin_setup_url = await createSetupLink(deps, made.tenant)
      return {
        ...shown,
        management_audience: managementAudience(shown.issuer),
        management_client_id: made.management_client.client_id,
        management_client_secret: made.management_client.client_secret,
        ...defined({ admin_setup_url }),
      }
    },

    getTenant: async ({ params }) => showTenant(await requireTenant(deps.db, params.id), deps.site.scheme),

    async updateTenant({ params, body }) {
      const tenant = await changePlan(deps, params.id, body.plan)
      return showTenant(tenant, deps.site.scheme)
    },
  } satisfies Partial<Handlers>
}
