import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { identifier_kinds } from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { checkIdentifier } from '../login/identify.ts'
import { redeemResetCode, type RedeemResetCodeDeps } from '../login/reset-codes.ts'
import { stores_per_page } from '../login/stores-of-identifier.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { lookFor } from './look.ts'
import { pageErrorOf, type PageError } from './page-problems.ts'
import { sendPage } from './render-page.ts'
import { renderResetCodePage } from './reset-code-form.ts'

const names_max = 1000
const shown_errors = new Set(['reset_code_invalid', 'too_many_requests', 'invalid_request', 'identifier_too_long'])

/** The names of connections in a request, separated by commas: at most five. */
function namesOf(names: string): string[] {
  return names.length > names_max ? [] : names.split(',').slice(0, stores_per_page)
}

/** Mounts the page on which the code of a text message is exchanged for the form that sets a new password. Opening it changes nothing. */
export function mountResetCodePage(app: FastifyInstance, deps: RedeemResetCodeDeps): void {
  async function connectionsOf(request: FastifyRequest, names: readonly string[]): Promise<Connection[]> {
    const { tenant_id } = tenantOf(request)
    const found = await Promise.all(names.map((name) => connectionByRealm(deps.db, tenant_id, name)))
    return found.filter((each) => each !== undefined)
  }

  async function sendForm(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    names: readonly string[],
    identifier: string,
    failure?: { error: PageError; status: number },
  ): Promise<FastifyReply> {
    // The same for every name: the page does not show which connections exist.
    const page = renderResetCodePage(lookFor(request, tenantOf(request)), {
      connections: names,
      identifier,
      identifiers: identifier_kinds,
      error: failure?.error,
    })
    return await sendPage(reply, page, failure?.status)
  }

  app.get('/u/reset-code', async (request, reply) => {
    return await sendForm({ request, reply }, namesOf(fieldOf(request.query, 'connection')), '')
  })

  app.post('/u/reset-code', async (request, reply) => {
    const posted = ownForm(request, deps.site.scheme)
    const names = namesOf(fieldOf(posted, 'connection'))
    const identifier = fieldOf(posted, 'username').trim()
    if (identifier === '') {
      const failure = { error: { code: 'identifier_missing', field: 'username' }, status: 400 } as const
      return await sendForm({ request, reply }, names, identifier, failure)
    }
    try {
      checkIdentifier(identifier)
      const link = await redeemResetCode(deps, {
        tenant: tenantOf(request),
        connections: await connectionsOf(request, names),
        identifier,
        code: fieldOf(posted, 'code'),
        caller: callerOf(request),
      })
      return await reply.header('cache-control', 'no-store').redirect(link, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || !shown_errors.has(error.code)) throw error
      setRetryAfter(reply, error)
      const failure = { error: pageErrorOf(error), status: error.problem.status }
      return await sendForm({ request, reply }, names, identifier, failure)
    }
  })
}
