import type { FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'

/**
 * One value of a form or a query string; what is missing is empty. Nothing is trimmed or changed.
 *
 * @throws {Refusal} `malformed_body` when it is there twice, is no text, or holds a NUL character
 */
export function fieldOf(fields: unknown, name: string): string {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string' || value.includes('\u0000')) throw new Refusal('malformed_body')
  return value
}

/**
 * The form that was posted, once it is known to come from a page of this tenant. The ticket in it is what
 * proves anything; that browsers name the sender is a second lock.
 *
 * @throws {Refusal} `unsupported_media_type` for anything but a form, `form_from_elsewhere` from another origin
 */
export function ownForm(request: FastifyRequest, scheme: Site['scheme']): unknown {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal('unsupported_media_type')
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site !== 'same-origin' && site !== 'none') throw new Refusal('form_from_elsewhere')
    return request.body
  }
  // Our pages tell no referrer, so browsers send "null" from them (Fetch, "append a request Origin header").
  const origin = request.headers.origin
  const own = issuerOf(tenantOf(request), scheme).slice(0, -1)
  if (origin !== undefined && origin !== 'null' && origin !== own) throw new Refusal('form_from_elsewhere')
  return request.body
}
