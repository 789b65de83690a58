import type { FastifyInstance } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import { addJsonParser } from '../http/add-json-parser.ts'

// RFC 6749 section 3.2: parameters must not be included more than once.
async function parseForm(_request: unknown, body: string): Promise<Record<string, string>> {
  const fields = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) {
      throw new Refusal('invalid_request', { message: 'The form holds a parameter more than once.' })
    }
    fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

/** Replaces the body parsers of a scope by those of JSON and of forms. */
export function addBodyParsers(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  addJsonParser(scope)
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parseForm)
}
