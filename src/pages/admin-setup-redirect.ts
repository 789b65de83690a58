import type { FastifyInstance } from 'fastify'
import { setupLink } from '../admins/setup-ticket.ts'
import { adminOrigin } from '../admins/system-tenant.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { TenantCache } from '../tenants/tenant-cache.ts'
import { fieldOf } from './form-fields.ts'
import { englishLook } from './look.ts'
import { renderPage, sendPage } from './render-page.ts'
import type { Site } from '../tenants/tenant.ts'

/** The dependencies of the redirect. */
export type AdminSetupRedirectDeps = { tenants: Pick<TenantCache, 'system'>; site: Site }

const no_origin = {
  title: 'Admins cannot be set up at this address',
  mark: 'bad',
  lines: [
    'This server has no address for admins at this moment.',
    'If you run this server: set WHERRY_ADMIN_URL, start it again, and open the link again within its 24 hours.',
  ],
  reference: undefined,
  ways_on: [],
}

/** Redirects the set-up links of older versions to the admin origin: their tickets are still valid. */
export function mountAdminSetupRedirect(app: FastifyInstance, deps: AdminSetupRedirectDeps): void {
  app.get('/u/admin-setup', async (request, reply) => {
    const system = await deps.tenants.system()
    const admin_url = system && adminOrigin(system, deps.site.scheme)
    if (admin_url === undefined) {
      const page = renderPage(englishLook(tenantOf(request)), { template: 'problem', values: no_origin })
      return await sendPage(reply, page, 404)
    }
    const link = setupLink(admin_url, fieldOf(request.query, 'ticket'))
    return await reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(link, 303)
  })
}
