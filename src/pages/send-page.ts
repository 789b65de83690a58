import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { FastifyReply } from 'fastify'
import type { Tenant } from '../tenants/tenant.ts'
import { assets, style, styleSource } from './assets.ts'
import { brandOf } from '../tenants/brand-of.ts'

// <%= %> escapes a value; <%~ %> prints the output of another template unescaped.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/pages', import.meta.url)), cache: true })

/** Input for sending a page. */
export type PageContent = {
  template: string
  status?: number
  values: Record<string, unknown>
  /** The URL to which the answer to the form may redirect: browsers apply form-action to redirects too. */
  redirect_url?: string | undefined
}

function originSource(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return []
  const { origin, protocol } = new URL(address)
  return [origin === 'null' ? protocol : origin]
}

/**
 * The headers of every page: no script runs, nothing is loaded from another origin except the tenant's picture, no site frames the page,
 * no cache stores it, and its URL, which may contain a ticket, is not sent as a referrer.
 */
function headers(style_source: string, picture_url: string | undefined, redirect_url: string | undefined) {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${style_source}`,
      ["img-src 'self'", ...originSource(picture_url)].join(' '),
      ["form-action 'self'", ...originSource(redirect_url)].join(' '),
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  }
}

/** Answers with a page that has the name and picture of the tenant. */
export async function sendPage(reply: FastifyReply, tenant: Tenant, page: PageContent): Promise<FastifyReply> {
  const brand = brandOf(tenant)
  const html = eta.render(page.template, { brand, assets, inline_style: undefined, wide: false, ...page.values })
  return await reply
    .code(page.status ?? 200)
    .headers(headers("'self'", brand.picture_url, page.redirect_url))
    .send(html)
}

/** Answers with a page for a request without a tenant. Its stylesheet is inline, because no other file is served to its host. */
export async function sendPageWithoutTenant(reply: FastifyReply, page: PageContent): Promise<FastifyReply> {
  const values = { brand: undefined, assets, inline_style: style, wide: false, ...page.values }
  return await reply
    .code(page.status ?? 200)
    .headers(headers(styleSource, undefined, undefined))
    .send(eta.render(page.template, values))
}
