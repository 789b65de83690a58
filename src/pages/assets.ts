import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** The text of a file of `templates/pages`. */
export function readTemplate(name: string): string {
  return readFileSync(new URL(`../../templates/pages/${name}`, import.meta.url), 'utf8')
}

/** Serves `/favicon.ico` and `/robots.txt`. */
export function mountAssets(app: FastifyInstance): void {
  const boat = readTemplate('boat.svg')
  const send = (reply: FastifyReply, type: string, content: string): FastifyReply =>
    reply
      .header('content-type', type)
      .header('cache-control', 'public, max-age=86400')
      .header('x-content-type-options', 'nosniff')
      .send(content)
  app.get('/favicon.ico', (_request, reply) => send(reply, 'image/svg+xml', boat))
  app.get('/robots.txt', (_request, reply) => send(reply, 'text/plain; charset=utf-8', 'User-agent: *\nDisallow: /\n'))
}
