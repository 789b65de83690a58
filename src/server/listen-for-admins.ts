import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Db } from '../store/tables.ts'
import { adminOriginOf, type AdminOrigin, type NoAdminOrigin } from './admin-origin.ts'
import { hostTaken } from './follow-addresses.ts'
import type { Site } from '../tenants/tenant.ts'

/** Whether a tenant of the operator has the domain: neither the default nor the system tenant, whose domains follow the settings. */
async function isDomainOfTenant(db: Db, domain: string): Promise<boolean> {
  const row = await db
    .selectFrom('tenants')
    .select('tenant_id')
    .where('domain', '=', domain)
    .where('is_default', '=', 0)
    .where('is_system', '=', 0)
    .executeTakeFirst()
  return row !== undefined
}

function isPortUnavailable(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EADDRINUSE' || code === 'EACCES'
}

/** The dependencies of `listenForAdmins`. `buildApp` builds the app of the admin origin, which is closed with the server. */
export type ListenForAdminsDeps = {
  db: Db
  site: Site
  buildApp(): Promise<FastifyInstance>
}

/** The admin origin and its app. */
export type ServedAdminOrigin = AdminOrigin & { app: FastifyInstance }

/**
 * Builds the app of the admin origin, where there is one, and listens for it where it has a port of its own. A default origin that cannot
 * be served is left out; for an origin that the operator set, this is an error.
 *
 * @param port the port that is bound for the tenants
 * @throws {ConfigError} when a tenant has the host; an `Error` with the code `EADDRINUSE` when the port is in use
 */
export async function listenForAdmins(
  deps: ListenForAdminsDeps,
  config: Config,
  port: number,
): Promise<ServedAdminOrigin | NoAdminOrigin> {
  const origin = adminOriginOf(config, deps.site, port)
  if ('missing' in origin) return origin
  const { domain, is_default } = origin
  if (await isDomainOfTenant(deps.db, domain)) {
    if (!is_default) throw hostTaken('system', domain)
    return { missing: `The host ${domain}, the default of WHERRY_ADMIN_URL, is that of a tenant.` }
  }
  const app = await deps.buildApp()
  try {
    if (origin.port === undefined) await app.ready()
    else await app.listen({ port: origin.port, host: config.host })
    return { ...origin, app }
  } catch (error) {
    if (!is_default || !isPortUnavailable(error)) throw error
    return { missing: `Port ${origin.port}, the default of WHERRY_ADMIN_URL, is in use.` }
  }
}
