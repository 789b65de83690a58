import type { FastifyInstance } from 'fastify'
import { addJsonParser } from '../http/add-json-parser.ts'
import { addFormParser } from '../http/input-limits.ts'

/** Replaces the body parsers of a scope by those of JSON and of forms. */
export function addBodyParsers(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  addJsonParser(scope)
  addFormParser(scope)
}
