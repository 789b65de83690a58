import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isNonEmpty, type NonEmpty } from '../base/non-empty.ts'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { activeKinds, identifier_kinds } from '../connections/identifier-rules.ts'
import { Refusal } from '../contract/refusal.ts'
import { callerOf } from '../http/caller-of.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import { checkIdentifier } from '../login/identify.ts'
import { redeemResetCode, type RedeemResetCodeDeps, type TypedCode } from '../login/reset-codes.ts'
import { stores_per_page } from '../login/stores-of-identifier.ts'
import { fieldOf, ownForm } from './form-fields.ts'
import { lookFor } from './look.ts'
import { pageErrorOf, type PageError } from './page-problems.ts'
import { sendPage } from './render-page.ts'
import { renderResetCodePage } from './reset-code-form.ts'

const names_max = 1000
const shown_errors = new Set(['reset_code_invalid', 'too_many_requests', 'invalid_request', 'identifier_too_long'])

/** Exchanges a code in the first of several connections in which it is valid. */
async function redeemIn(
  deps: RedeemResetCodeDeps,
  [connection, ...further]: NonEmpty<Connection>,
  typed: Omit<TypedCode, 'connection'>,
): Promise<string> {
  try {
    return await redeemResetCode(deps, { ...typed, connection })
  } catch (error) {
    const goes_on = error instanceof Refusal && error.code === 'reset_code_invalid' && isNonEmpty(further)
    if (!goes_on) throw error
    return await redeemIn(deps, further, typed)
  }
}

/** Mounts the page on which the code of a text message is exchanged for the form that sets a new password. Opening it changes nothing. */
export function mountResetCodePage(app: FastifyInstance, deps: RedeemResetCodeDeps): void {
  /** The connections that a request names, separated by commas. @throws {Refusal} `not_found` */
  async function connectionsOf(request: FastifyRequest, names: string): Promise<NonEmpty<Connection>> {
    const { tenant_id } = tenantOf(request)
    const given = names.length > names_max ? [] : names.split(',').slice(0, stores_per_page)
    const found = await Promise.all(given.map((name) => connectionByRealm(deps.db, tenant_id, name)))
    const connections = found.filter((each) => each !== undefined)
    if (!isNonEmpty(connections)) throw new Refusal('not_found')
    return connections
  }

  async function sendForm(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    connections: NonEmpty<Connection>,
    identifier: string,
    failure?: { error: PageError; status: number },
  ): Promise<FastifyReply> {
    const active = new Set(connections.flatMap(({ options }) => activeKinds(options)))
    const page = renderResetCodePage(lookFor(request, tenantOf(request)), {
      connections: connections.map(({ name }) => name),
      identifier,
      identifiers: identifier_kinds.filter((kind) => active.has(kind)),
      error: failure?.error,
    })
    return await sendPage(reply, page, failure?.status)
  }

  app.get('/u/reset-code', async (request, reply) => {
    return await sendForm({ request, reply }, await connectionsOf(request, fieldOf(request.query, 'connection')), '')
  })

  app.post('/u/reset-code', async (request, reply) => {
    const posted = ownForm(request, deps.site.scheme)
    const connections = await connectionsOf(request, fieldOf(posted, 'connection'))
    const identifier = fieldOf(posted, 'username').trim()
    if (identifier === '') {
      const failure = { error: { code: 'identifier_missing', field: 'username' }, status: 400 } as const
      return await sendForm({ request, reply }, connections, identifier, failure)
    }
    try {
      checkIdentifier(identifier)
      const typed = { tenant: tenantOf(request), identifier, code: fieldOf(posted, 'code'), caller: callerOf(request) }
      const link = await redeemIn(deps, connections, typed)
      return await reply.header('cache-control', 'no-store').redirect(link, 303)
    } catch (error) {
      if (!(error instanceof Refusal) || !shown_errors.has(error.code)) throw error
      setRetryAfter(reply, error)
      const failure = { error: pageErrorOf(error), status: error.problem.status }
      return await sendForm({ request, reply }, connections, identifier, failure)
    }
  })
}
