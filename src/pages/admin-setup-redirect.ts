import type { FastifyInstance } from 'fastify'
import { setupLink } from '../admins/setup-ticket.ts'
import { adminOrigin } from '../admins/system-tenant.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import { fieldOf } from './form-fields.ts'
import { sendPage } from './send-page.ts'
import type { Site } from '../tenants/tenant.ts'

/** The dependencies of the redirect. */
export type AdminSetupRedirectDeps = { tenants: Pick<TenantCache, 'system'>; site: Site }

const no_origin = {
  heading: 'Admins cannot be set up at this address',
  lines: [
    'This server has no address for admins at this moment.',
    'If you run this server: set WHERRY_ADMIN_URL, start it again, and open the link again within its 24 hours.',
  ],
  support: undefined,
}

/** Redirects the set-up links of older versions to the admin origin: their tickets are still valid. */
export function mountAdminSetupRedirect(app: FastifyInstance, deps: AdminSetupRedirectDeps): void {
  app.get('/u/admin-setup', async (request, reply) => {
    const system = await deps.tenants.system()
    const admin_url = system && adminOrigin(system, deps.site.scheme)
    if (admin_url === undefined) {
      return await sendPage(reply, tenantOf(request), { template: 'problem', status: 404, values: no_origin })
    }
    const link = setupLink(admin_url, fieldOf(request.query, 'ticket'))
    return await reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(link, 303)
  })
}
