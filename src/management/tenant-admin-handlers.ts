import {
  invite,
  listInvitations,
  withdrawInvitation,
  type CreatedInvitation,
  type InviteDeps,
} from '../admins/invitation.ts'
import {
  changeRole,
  listTenantAdmins,
  removeTenantAdmin,
  signOutTenantAdmin,
  tenantAdmin,
  type TenantAdmin,
} from '../admins/tenant-admins.ts'
import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import type { CreatedAdminInvitation, TenantAdmin as ShownAdmin } from '../contract/tenant-admin.ts'
import { Refusal } from '../contract/refusal.ts'
import { languageOfTenant } from '../tenants/choose-language.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Handlers } from './handler.ts'

type TenantAdminDeps = InviteDeps & { tenants: Pick<TenantCache, 'system'>; delivery: { wake(): void } }

function showAdmin({ email, name, is_blocked, created_at, last_login, ...admin }: TenantAdmin): ShownAdmin {
  return {
    ...admin,
    email: email ?? '',
    blocked: is_blocked,
    created_at: isoTime(created_at),
    ...defined({ name: name ?? undefined, last_login: last_login === null ? undefined : isoTime(last_login) }),
  }
}

function showInvitation({ created_at, expires_at, ...invitation }: CreatedInvitation): CreatedAdminInvitation {
  return { ...invitation, created_at: isoTime(created_at), expires_at: isoTime(expires_at) }
}

/** Operations on the admins of a tenant. */
export function tenantAdminHandlers(deps: TenantAdminDeps) {
  const { db } = deps

  async function requireSystem(): Promise<Tenant> {
    const system = await deps.tenants.system()
    if (!system) throw new Refusal('inexistent_tenant')
    return system
  }

  const scopeOf = async ({ tenant_id }: Tenant) => ({ tenant_id, system_id: (await requireSystem()).tenant_id })

  return {
    listTenantAdmins: async ({ tenant }) => ({
      admins: (await listTenantAdmins(db, await scopeOf(tenant))).map(showAdmin),
    }),

    getTenantAdmin: async ({ tenant, params }) => showAdmin(await tenantAdmin(db, await scopeOf(tenant), params.id)),

    updateTenantAdmin: async ({ tenant, params, body }) =>
      showAdmin(await changeRole(deps, await scopeOf(tenant), params.id, body.role)),

    async deleteTenantAdmin({ tenant, params }) {
      await removeTenantAdmin(db, await scopeOf(tenant), params.id)
      return null
    },

    async signOutTenantAdmin({ tenant, params, token }) {
      await signOutTenantAdmin(deps, await scopeOf(tenant), params.id, token.sub)
      return null
    },

    async listAdminInvitations({ tenant }) {
      const found = await listInvitations(deps, await requireSystem(), tenant.tenant_id)
      return { invitations: found.map(showInvitation) }
    },

    async createAdminInvitation({ tenant, token, body }) {
      const system = await requireSystem()
      const language = languageOfTenant(tenant, {})
      const invitation = { ...body, system, tenant, invited_by: token.sub, language }
      const created = await invite(deps, invitation)
      deps.delivery.wake()
      return showInvitation(created)
    },

    async deleteAdminInvitation({ tenant, params }) {
      await withdrawInvitation(deps, await requireSystem(), tenant.tenant_id, params.id)
      return null
    },
  } satisfies Partial<Handlers>
}
