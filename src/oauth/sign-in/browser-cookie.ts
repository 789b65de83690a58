import type { FastifyReply, FastifyRequest } from 'fastify'
import { digestText } from '../../base/digest.ts'
import { randomAlphanumeric } from '../../base/ids.ts'
import { cookiesOf, setCookie } from '../../http/cookies.ts'
import type { Site } from '../../tenants/tenant.ts'

type Scheme = Site['scheme']

// One cookie for all open login pages of a browser: their number must not fill the cookie jar.
const lifetime_s = 86_400
const secret_pattern = /^[A-Za-z0-9]{32}$/

// `__Host-`: no other host, also no subdomain, can set it (RFC 6265bis section 4.1.3.2).
const nameOf = (scheme: Scheme): string => (scheme === 'https' ? '__Host-wherry_browser' : 'wherry_browser')

function secretOf(request: FastifyRequest, scheme: Scheme): string | undefined {
  return cookiesOf(request, nameOf(scheme)).find((value) => secret_pattern.test(value))
}

/** The digest of the browser's secret; undefined without the cookie. */
export function browserDigest(request: FastifyRequest, scheme: Scheme): string | undefined {
  const secret = secretOf(request, scheme)
  return secret === undefined ? undefined : digestText(secret)
}

/** The digest of the browser's secret, in a cookie that is set if the browser has none and otherwise extended. */
export function ensureBrowserCookie(request: FastifyRequest, reply: FastifyReply, scheme: Scheme): string {
  const secret = secretOf(request, scheme) ?? randomAlphanumeric(32)
  const attributes = { secure: scheme === 'https', same_site: 'Lax', max_age_s: lifetime_s } as const
  setCookie(reply, nameOf(scheme), secret, attributes)
  return digestText(secret)
}
