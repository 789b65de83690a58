import type { FastifyInstance } from 'fastify'
import { Refusal } from '../contract/refusal.ts'

/** Form bodies as objects. RFC 6749 section 3.2: a parameter that comes twice is an error, not a choice. */
export function parseForms(scope: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded'
  if (scope.hasContentTypeParser(type)) scope.removeContentTypeParser(type)
  scope.addContentTypeParser(type, { parseAs: 'string' }, async (_request: unknown, body: string) => {
    const fields = new Map<string, string>()
    for (const [name, value] of new URLSearchParams(body)) {
      if (fields.has(name)) {
        throw new Refusal('invalid_request', { message: 'The form holds a parameter more than once.' })
      }
      fields.set(name, value)
    }
    return Object.fromEntries(fields)
  })
}
