import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'

function read(name: string): string {
  return readFileSync(new URL(`../../templates/pages/${name}`, import.meta.url), 'utf8')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function path(text: string, extension: string): string {
  const name = digestOf(text)
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 20)
  return `/u/assets/${name}.${extension}`
}

/** The stylesheet of every page. */
export const style = read('style.css')

/** The stylesheet as a Content-Security-Policy source, for pages with an inline stylesheet (CSP Level 3, section 2.3.1). */
export const styleSource = `'sha256-${digestOf(style)}'`

const boat = read('boat.svg')

/** The paths of the stylesheet and the icon. A name changes with the content of its file, so that browsers may cache it for ever. */
export const assets = { style: path(style, 'css'), boat: path(boat, 'svg') }

/** Serves the stylesheet, the icon, `/favicon.ico` and `/robots.txt`. */
export function mountAssets(app: FastifyInstance): void {
  const send = (reply: FastifyReply, type: string, cache: string, content: string): FastifyReply =>
    reply
      .header('content-type', type)
      .header('cache-control', cache)
      .header('x-content-type-options', 'nosniff')
      .send(content)
  const forever = 'public, max-age=31536000, immutable'
  app.get(assets.style, (_request, reply) => send(reply, 'text/css; charset=utf-8', forever, style))
  app.get(assets.boat, (_request, reply) => send(reply, 'image/svg+xml', forever, boat))
  app.get('/favicon.ico', (_request, reply) => send(reply, 'image/svg+xml', 'public, max-age=86400', boat))
  app.get('/robots.txt', (_request, reply) =>
    send(reply, 'text/plain; charset=utf-8', 'public, max-age=86400', 'User-agent: *\nDisallow: /\n'),
  )
}
