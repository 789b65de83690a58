import type { FastifyInstance } from 'fastify'
import { Refusal } from '../contract/refusal.ts'

const form_type = 'application/x-www-form-urlencoded'

// RFC 6749 section 3.2: a parameter that comes twice is an error, not a choice.
async function readForm(_request: unknown, body: string): Promise<Record<string, string>> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) {
      throw new Refusal('invalid_request', { message: 'The form holds a parameter more than once.' })
    }
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

/** Lets a scope read JSON and forms. An empty body is none, whatever its type: some clients name a type where they send nothing. */
export function parseBodies(scope: FastifyInstance): void {
  const readJson = scope.getDefaultJsonParser('error', 'error')
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void readJson(request, String(body), done)
  })
  scope.addContentTypeParser(form_type, { parseAs: 'string' }, readForm)
}
