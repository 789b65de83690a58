import type { FastifyInstance } from 'fastify'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'
import { englishLook } from './look.ts'
import { renderPage, sendPage } from './render-page.ts'

/** Mounts the page at `/` of the admin origin, which names the address. */
export function mountAdminHomePage(app: FastifyInstance, deps: { site: Site }): void {
  app.get('/', async (request, reply) => {
    const system = tenantOf(request)
    const admin_url = issuerOf(system, deps.site.scheme)
    return await sendPage(reply, renderPage(englishLook(system), { template: 'admin-home', values: { admin_url } }))
  })
}
