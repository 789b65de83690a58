import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import { callerOf } from '../http/caller-of.ts'
import { refusalOf } from '../http/refusal-of.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { answerRefusal } from './answer-refusal.ts'
import { allowOriginOfClient, answerPreflights } from './cors.ts'
import { readFields, type Fields } from './request-fields.ts'
import { addBodyParsers } from './add-body-parsers.ts'
import { presentedClient, type PresentedClient } from './presented-client.ts'
import { authenticateClient } from './authenticate-client.ts'
import { revokeToken } from './revoke-token.ts'
import { grantNotAllowed } from './select-grant.ts'
import { answerTokenCall, type TokenEndpointDeps } from './token-endpoint.ts'
import type { Grant } from './token-request.ts'

/** The endpoints that begin a grant which does not exist here: device authorization (RFC 8628) and CIBA. */
const absent_grants = {
  '/oauth/device/code': 'urn:ietf:params:oauth:grant-type:device_code',
  '/bc-authorize': 'urn:openid:params:grant-type:ciba',
}

/** Mounts `/oauth/token` and `/oauth/revoke`. Both accept JSON and forms. Only pages of the client's origins can read the responses. */
export async function mountTokens(
  scope: FastifyInstance,
  deps: TokenEndpointDeps & { log: ProcessLog },
  grants: readonly Grant[],
): Promise<void> {
  addBodyParsers(scope)
  scope.setErrorHandler((error, request, reply) => answerRefusal(refusalOf(error, deps.log, request), request, reply))
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
    done()
  })

  async function readCall(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ tenant: Tenant; fields: Fields; presented: PresentedClient }> {
    const tenant = tenantOf(request)
    const fields = readFields(request.body)
    const presented = presentedClient(request.headers.authorization, fields)
    await allowOriginOfClient(deps.clients, tenant, presented.client_id, request, reply)
    return { tenant, fields, presented }
  }

  scope.post('/oauth/token', async (request, reply) => {
    const forwarded_for = request.headers['auth0-forwarded-for']
    return await answerTokenCall(deps, grants, {
      ...(await readCall(request, reply)),
      caller: callerOf(request),
      forwarded_for: typeof forwarded_for === 'string' ? forwarded_for : undefined,
    })
  })

  scope.post('/oauth/revoke', async (request, reply) => {
    await revokeToken(deps, { ...(await readCall(request, reply)), caller: callerOf(request) })
    return await reply.code(200).send()
  })

  // As Auth0 answers a client that may not use the grant.
  for (const [path, grant_type] of Object.entries(absent_grants)) {
    scope.post(path, async (request, reply): Promise<never> => {
      const { tenant, presented } = await readCall(request, reply)
      await authenticateClient(deps, tenant, presented)
      throw grantNotAllowed(grant_type)
    })
  }

  answerPreflights(scope, '/oauth/token', 'POST')
  answerPreflights(scope, '/oauth/revoke', 'POST')
}
