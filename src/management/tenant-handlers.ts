import { makeAdminSetupTicket } from '../tenants/admin-setup.ts'
import { createTenant } from '../tenants/create-tenant.ts'
import { changePlan, listTenants, showTenant, tenantById } from '../tenants/manage-tenants.ts'
import { managementAudience, type Tenant } from '../tenants/tenant.ts'
import { showSettings, updateSettings } from '../tenants/tenant-settings.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer } from './paging.ts'

/** Operations on a tenant's own settings, and the operator's on tenants. */
export const tenantHandlers = {
  getTenantSettings: async (_parts, { tenant }) => showSettings(tenant),

  async updateTenantSettings(parts, { tenant, body }) {
    const settings = await updateSettings(parts, tenant, body)
    parts.tenants.forget()
    return settings
  },

  async listTenants(parts, { query }) {
    const { take = 50, from } = query
    const found = await listTenants(parts.db, { kind: 'checkpoint', take, ...(from === undefined ? {} : { from }) })
    const show = (tenant: Tenant) => showTenant(tenant, parts.site.scheme)
    return checkpointAnswer('tenants', { ...found, items: found.items.map(show) })
  },

  async createTenant(parts, { body }) {
    const made = await createTenant(parts, { plan: 'enterprise', ...body })
    const shown = showTenant(made.tenant, parts.site.scheme)
    const ticket = await makeAdminSetupTicket(parts.db, parts.clock, made.tenant.tenant_id)
    return {
      ...shown,
      management_audience: managementAudience(shown.issuer),
      management_client_id: made.management_client.client_id,
      management_client_secret: made.management_client.client_secret,
      admin_setup_url: `${shown.issuer}u/admin-setup?ticket=${ticket}`,
    }
  },

  getTenant: async (parts, { params }) => showTenant(await tenantById(parts.db, params.id), parts.site.scheme),

  async updateTenant(parts, { params, body }) {
    const tenant = await changePlan(parts, params.id, body.plan)
    parts.tenants.forget()
    return showTenant(tenant, parts.site.scheme)
  },
} satisfies Partial<Handlers>
