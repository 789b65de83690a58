import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '../contract/refusal.ts'

/** The largest body that an endpoint without a token reads. */
export const open_body_max_bytes = 65_536

/** The most parameters of a query, of a form, and of the JSON object that an OAuth endpoint reads in place of a form. */
export const parameters_max = 100

/** Whether a query string or a form has more than 100 parameters, before it is parsed. */
function hasTooManyParameters(encoded: string): boolean {
  let count = 1
  for (let at = encoded.indexOf('&'); at !== -1 && count <= parameters_max; at = encoded.indexOf('&', at + 1))
    count += 1
  return count > parameters_max
}

/** Refuses each request to `app` whose query has more than 100 parameters. */
export function limitQueries(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    done(hasTooManyParameters(raw.url ?? '') ? new Refusal('too_many_parameters') : undefined)
  })
}

// RFC 6749 section 3.2: parameters must not be included more than once.
async function parseForm(_request: unknown, body: string): Promise<Record<string, string>> {
  if (hasTooManyParameters(body)) throw new Refusal('too_many_parameters')
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) {
      throw new Refusal('invalid_request', { message: 'The form holds a parameter more than once.' })
    }
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

/** Adds the parser of forms to a scope. A form has at most 100 parameters, each once. */
export function addFormParser(scope: FastifyInstance): void {
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm)
}

const long_bodies = new WeakSet<FastifyRequest>()

/** Lets a request send its body for as long as the HTTP server reads one. For a file, after the caller was authenticated. */
export function allowLongBody(request: FastifyRequest): void {
  long_bodies.add(request)
}

/** Closes the connection of a request whose body has not arrived within `timeout_ms`, unless `allowLongBody` was called for it. */
export function limitBodyTime(app: FastifyInstance, timeout_ms: number): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    if (raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined) {
      const closeSlow = (): void => {
        if (!raw.complete && !long_bodies.has(request)) raw.destroy()
      }
      const timer = setTimeout(closeSlow, timeout_ms).unref()
      raw.once('close', () => clearTimeout(timer))
    }
    done()
  })
}

/** The refusal of a body that is larger than its route reads. */
export function bodyTooLarge(request: FastifyRequest): Refusal {
  const { bodyLimit } = request.routeOptions
  return new Refusal('body_too_large', {
    message: `Payload content length greater than maximum allowed: ${bodyLimit}`,
  })
}
