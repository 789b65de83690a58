import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'
import { tenantOf } from './tenant-of.ts'

type Scheme = Site['scheme']

/** A header that a script of another origin can send only after a preflight request, which this origin does not answer. */
const own_header = 'wherry-dashboard'

const ownOrigin = (request: FastifyRequest, scheme: Scheme): string => issuerOf(tenantOf(request), scheme).slice(0, -1)

/** Whether the cookies of a request count: the request comes from a page of this origin, or a tab is opened with it. */
function mayHaveCookies(request: FastifyRequest, scheme: Scheme): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest, origin } = request.headers
  if (site !== undefined) return site === 'same-origin' || (mode === 'navigate' && dest === 'document')
  // A form of our own pages has the origin "null": their policy is no-referrer.
  return origin === undefined || origin === 'null' || origin === ownOrigin(request, scheme)
}

/**
 * Removes the cookies of requests that a page of another origin sends in the background or in a frame. Another port of the same host is
 * the same site: browsers send it the cookies of this origin, whatever their SameSite attribute says.
 */
export function ignoreForeignCookies(app: FastifyInstance, scheme: Scheme): void {
  app.addHook('onRequest', async (request) => {
    if (!mayHaveCookies(request, scheme)) delete request.raw.headers.cookie
  })
}

/**
 * Requires that a script of a page of this origin sends a request (Fetch Metadata). A browser without `Sec-Fetch-Site` proves it by its
 * origin, or by the header `Wherry-Dashboard: 1`. A navigation is refused too.
 *
 * @throws {Refusal} `foreign_request`
 */
export function requireOwnScript(request: FastifyRequest, scheme: Scheme): void {
  const { 'sec-fetch-site': site, 'sec-fetch-dest': dest, origin } = request.headers
  const is_own =
    site === undefined
      ? origin === ownOrigin(request, scheme) || (origin === undefined && request.headers[own_header] === '1')
      : site === 'same-origin' && dest === 'empty'
  if (!is_own) throw new Refusal('foreign_request')
}

/** Requires that no page of another origin navigated the browser to an address. @throws {Refusal} `foreign_request` */
export function requireOwnNavigation({ headers }: FastifyRequest): void {
  if (['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))) throw new Refusal('foreign_request')
}
