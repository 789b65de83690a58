import type { FastifyInstance } from 'fastify'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, managementAudience, type Site } from '../tenants/tenant.ts'
import { englishLook } from './look.ts'
import { renderPage, sendPage } from './render-page.ts'

/** Mounts the page at `/`: the name of the tenant, and the addresses for developers. */
export function mountHomePage(app: FastifyInstance, deps: { site: Site }): void {
  app.get('/', async (request, reply) => {
    const tenant = tenantOf(request)
    const issuer = issuerOf(tenant, deps.site.scheme)
    const values = { issuer, audience: managementAudience(issuer) }
    return await sendPage(reply, renderPage(englishLook(tenant), { template: 'home', values }))
  })
}
