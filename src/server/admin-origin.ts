import { isLoopbackHost } from '../config/admin-url.ts'
import type { Config } from '../config/config.ts'
import { domainOfHost } from '../http/tenant-of.ts'
import type { Site } from '../tenants/tenant.ts'

/** The origin of admins' pages and tokens. */
export type AdminOrigin = {
  /** As a tenant's domain is written. */
  domain: string
  /** The port to listen on for it; undefined where the requests for it come to the port of the tenants. */
  port: number | undefined
  /** Whether it follows from the address of the server, and not from WHERRY_ADMIN_URL. */
  is_default: boolean
}

/** Why there is no admin origin: a sentence for the operator. */
export type NoAdminOrigin = { missing: string }

function configuredOrigin(config: Config, { scheme }: Site, port: number, admin_url: string): AdminOrigin {
  const url = new URL(admin_url)
  const admin_port = Number(url.port === '' ? (scheme === 'https' ? 443 : 80) : url.port)
  // Behind a reverse proxy that ends TLS, the address of the admin origin is the proxy's.
  const is_direct = isLoopbackHost(url.hostname) && (scheme === 'http' || config.tls !== undefined)
  return {
    domain: domainOfHost(url.host, scheme),
    port: is_direct && admin_port !== port ? admin_port : undefined,
    is_default: false,
  }
}

function defaultOrigin(config: Config, { scheme }: Site, port: number): AdminOrigin | NoAdminOrigin {
  const hostname = config.public_url === undefined ? 'localhost' : new URL(config.public_url).hostname
  if (!isLoopbackHost(hostname) || (scheme === 'https' && !config.tls)) {
    return {
      missing:
        'WHERRY_ADMIN_URL is not set, and has a default only where this server itself is reached on this machine.',
    }
  }
  if (port >= 65_535)
    return { missing: 'There is no port after that of the server for the default of WHERRY_ADMIN_URL.' }
  const domain = domainOfHost(`${hostname}:${port + 1}`, scheme)
  if (config.public_url !== undefined && domain === domainOfHost(new URL(config.public_url).host, scheme)) {
    return { missing: 'WHERRY_ADMIN_URL is not set, and its default is what WHERRY_PUBLIC_URL names.' }
  }
  return { domain, port: port + 1, is_default: true }
}

/**
 * The admin origin that follows from the settings, or why there is none.
 *
 * @param port the port that is bound for the tenants
 */
export function adminOriginOf(config: Config, site: Site, port: number): AdminOrigin | NoAdminOrigin {
  if (config.admin_url === 'off') return { missing: 'WHERRY_ADMIN_URL is off.' }
  return config.admin_url === undefined
    ? defaultOrigin(config, site, port)
    : configuredOrigin(config, site, port, config.admin_url)
}
