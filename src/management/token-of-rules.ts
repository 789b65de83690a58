import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { BearerToken } from './authorize-route.ts'

const tenants_of_requests = new WeakMap<IncomingMessage, string>()

const scopes: ReadonlySet<string> = new Set(['read:users', 'update:users'])
const users_route = /^\/api\/v2\/users(?:-by-email)?(?:\/|$)/

/** Lets a request that rules sent inside this process, with the token of their call, use the users of the tenant. */
export function admitRequestOfRules(request: IncomingMessage, tenant_id: string): void {
  tenants_of_requests.set(request, tenant_id)
}

/**
 * The token of a request that rules sent inside this process; undefined for any other request.
 *
 * @throws {Refusal} `insufficient_scope` for a route that is not one of users, `invalid_token` for another tenant
 */
export function tokenOfRules(request: FastifyRequest, tenant: Tenant): BearerToken | undefined {
  const tenant_id = tenants_of_requests.get(request.raw)
  if (tenant_id === undefined) return undefined
  if (tenant_id !== tenant.tenant_id) throw new Refusal('invalid_token')
  if (!users_route.test(request.routeOptions.url ?? '')) {
    throw new Refusal('insufficient_scope', {
      message: 'Insufficient scope: the token of rules is for /api/v2/users only.',
    })
  }
  return { sub: 'rules', subject: 'client', client_id: 'rules', scopes }
}
