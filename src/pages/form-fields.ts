import type { FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'

/**
 * The value of a field of a form or a query string, unchanged. A missing field is empty.
 *
 * @throws {Refusal} `malformed_body` for a repeated field, a value that is not text, or a NUL character
 */
export function fieldOf(fields: unknown, name: string): string {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' || value.includes('\u0000')) throw new Refusal('malformed_body')
  return value
}

/**
 * The posted form, after a check that it comes from a page of this tenant. The ticket in the form is the proof of the request; the check
 * of the origin is a second defence against cross-site request forgery. The check is not enough for a form that a cookie authenticates: it
 * accepts a request without `Sec-Fetch-Site` and without an origin, or with the origin "null".
 *
 * @throws {Refusal} `unsupported_media_type` for a body that is not a form, `form_from_elsewhere` for a form of another origin
 */
export function ownForm(request: FastifyRequest, scheme: Site['scheme']): unknown {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal('unsupported_media_type')
  requireOwnPage(request, scheme)
  return request.body
}

/**
 * Requires that a request comes from a page of this tenant, as far as the browser says.
 *
 * @throws {Refusal} `form_from_elsewhere`
 */
export function requireOwnPage(request: FastifyRequest, scheme: Site['scheme']): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') throw new Refusal('form_from_elsewhere')
    return
  }
  // Our pages have the policy no-referrer, for which browsers send the origin "null" (Fetch, "append a request Origin header").
  const origin = request.headers.origin
  const own = issuerOf(tenantOf(request), scheme).slice(0, -1)
  if (origin !== undefined && origin !== 'null' && origin !== own) throw new Refusal('form_from_elsewhere')
}
