import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const folder = fileURLToPath(new URL('../../dashboard/dist', import.meta.url))
const nonce_placeholder = '__WHERRY_NONCE__'
const nonce_bytes = 16
const year_s = 31_536_000

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

// Both tell the browser to keep to what this server says a file is, and to send no address of the dashboard elsewhere.
const safe_headers = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/**
 * The policy of the dashboard: no script but the files of this origin, no style but these and the style elements with the nonce of this
 * answer, no connection to another origin, no frame of another origin in it and none around it (CSP Level 3).
 */
const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // Previews of pages and mails, which have policies of their own.
    "frame-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

/** The files of the dashboard that was built: the page that opens it, and the names of what it loads. */
type Built = { page: string; names: ReadonlySet<string> }

function readBuilt(): Built | undefined {
  const page = join(folder, 'index.html')
  if (!existsSync(page)) return undefined
  return { page: readFileSync(page, 'utf8'), names: new Set(readdirSync(join(folder, 'assets'))) }
}

async function sendShell(reply: FastifyReply, { page }: Built): Promise<FastifyReply> {
  const nonce = randomBytes(nonce_bytes).toString('base64')
  return await reply
    .headers({
      ...safe_headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(nonce),
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    })
    .send(page.replaceAll(nonce_placeholder, nonce))
}

async function sendAsset(request: FastifyRequest, reply: FastifyReply, { names }: Built): Promise<FastifyReply> {
  const { name } = request.params as { name: string }
  const type = types[name.slice(name.lastIndexOf('.') + 1)]
  // Only the names that were listed: no path leads out of the folder.
  if (!names.has(name) || type === undefined) {
    reply.callNotFound()
    return reply
  }
  const takes_gzip = names.has(`${name}.gz`) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  const content = await readFile(join(folder, 'assets', takes_gzip ? `${name}.gz` : name))
  return await reply
    .headers({
      ...safe_headers,
      'content-type': type,
      // The name has a hash of the content.
      'cache-control': `public, max-age=${year_s}, immutable`,
      'cross-origin-resource-policy': 'same-origin',
      vary: 'accept-encoding',
      ...(takes_gzip ? { 'content-encoding': 'gzip' } : {}),
    })
    .send(content)
}

/** The addresses of the dashboard's own pages; the rest of `/t/{tenant_id}/` is the Management API. */
const isPageOfDashboard = (path: string): boolean =>
  ['/', '/signed-in', '/signed-out', '/sign-in-tested'].includes(path) || /^\/t\/[^/]+(?:\/(?!api\/).*)?$/.test(path)

/** Whether a browser asks for a page: not a program, and not a `fetch` of a script. */
const isNavigation = ({ method, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true

/**
 * Whether a request asks for a page of the dashboard. The addresses are those of a single page, which chooses what to show.
 */
export const asksForDashboard = (request: FastifyRequest): boolean =>
  isNavigation(request) && isPageOfDashboard(request.url.split('?')[0] ?? '')

/** Serves the dashboard's files below `/assets`. Answers how to send the page that opens it, or undefined where it was not built. */
export function mountDashboard(app: FastifyInstance): ((reply: FastifyReply) => Promise<FastifyReply>) | undefined {
  const built = readBuilt()
  if (!built) return undefined
  app.get('/assets/:name', async (request, reply) => await sendAsset(request, reply, built))
  return async (reply) => await sendShell(reply, built)
}
