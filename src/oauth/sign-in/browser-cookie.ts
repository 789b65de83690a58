import type { FastifyReply, FastifyRequest } from 'fastify'
import { digestText } from '../../base/digest.ts'
import { randomAlphanumeric } from '../../base/ids.ts'
import { cookiesOf, setCookie } from '../../http/cookies.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { login_ticket_lifetime_ms } from '../../sessions/login-tickets.ts'
import type { Site } from '../../tenants/tenant.ts'

type Scheme = Site['scheme']

/**
 * What a cookie with a secret of the browser is for. `page`: the pages of a sign-in. `ticket`: login tickets, which a page of an application
 * requests from another site, so that its cookie has SameSite=None.
 */
export type BrowserCookie = 'page' | 'ticket'

// One cookie for all open login pages, and one for all tickets, of a browser: their number must not fill the cookie jar.
const cookies = {
  page: { name: 'wherry_browser', lifetime_s: 86_400, same_site: 'Lax' },
  ticket: { name: 'wherry_ticket', lifetime_s: login_ticket_lifetime_ms / 1000, same_site: 'None' },
} as const
const secret_pattern = /^[A-Za-z0-9]{32}$/

/**
 * The name of a cookie. `__Host-`: no other host, also no subdomain, can set it (RFC 6265bis section 4.1.3.2). The admin origin may be
 * another port of the host of a tenant, which shares cookies: its names are its own.
 */
function nameOf(request: FastifyRequest, use: BrowserCookie, scheme: Scheme): string {
  const name = `${cookies[use].name}${tenantOf(request).is_system ? '_admin' : ''}`
  return scheme === 'https' ? `__Host-${name}` : name
}

function secretOf(request: FastifyRequest, use: BrowserCookie, scheme: Scheme): string | undefined {
  return cookiesOf(request, nameOf(request, use, scheme)).find((value) => secret_pattern.test(value))
}

/** The digest of the browser's secret; undefined without the cookie. */
export function browserDigest(
  request: FastifyRequest,
  scheme: Scheme,
  use: BrowserCookie = 'page',
): string | undefined {
  const secret = secretOf(request, use, scheme)
  return secret === undefined ? undefined : digestText(secret)
}

/** The digest of the browser's secret, in a cookie that is set if the browser has none and otherwise extended. */
export function ensureBrowserCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  scheme: Scheme,
  use: BrowserCookie = 'page',
): string {
  const secret = secretOf(request, use, scheme) ?? randomAlphanumeric(32)
  const { lifetime_s, same_site } = cookies[use]
  const secure = scheme === 'https'
  // Browsers drop SameSite=None without Secure.
  setCookie(reply, nameOf(request, use, scheme), secret, {
    secure,
    same_site: secure ? same_site : 'Lax',
    max_age_s: lifetime_s,
  })
  return digestText(secret)
}
