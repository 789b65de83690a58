import type { FastifyInstance } from 'fastify'

/** Adds the parser of JSON bodies to a scope. An empty body counts as no body: some SDKs send a content type without a body. */
export function addJsonParser(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, String(body), done)
  })
}
