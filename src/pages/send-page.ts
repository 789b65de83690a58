import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import type { FastifyReply } from 'fastify'
import type { Tenant } from '../tenants/tenant.ts'
import { assets, style, styleSource } from './assets.ts'
import { brandOf } from '../tenants/brand-of.ts'

// Values are escaped wherever a template prints them with <%= %>; <%~ %> is for what templates made.
const eta = new Eta({ views: fileURLToPath(new URL('../../templates/pages', import.meta.url)), cache: true })

/** A page to be: which template, its values, its status, and where its form may lead in the end. */
export type Page = {
  template: string
  status?: number
  values: Record<string, unknown>
  /** An address that the answer to the page's form may redirect to: browsers hold form-action against it too. */
  leads_to?: string | undefined
}

function originSource(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return []
  const { origin, protocol } = new URL(address)
  return [origin === 'null' ? protocol : origin]
}

/**
 * The headers of every page: nothing runs, nothing is loaded from elsewhere but the tenant's picture, nothing
 * frames it, nothing keeps it, and its address, which may hold a ticket, is told to nobody.
 */
function headers(style_source: string, picture: string | undefined, leads_to: string | undefined) {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${style_source}`,
      ["img-src 'self'", ...originSource(picture)].join(' '),
      ["form-action 'self'", ...originSource(leads_to)].join(' '),
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

/** Answers with a page in the tenant's name. */
export async function sendPage(reply: FastifyReply, tenant: Tenant, page: Page): Promise<FastifyReply> {
  const brand = brandOf(tenant)
  const html = eta.render(page.template, { brand, assets, inline_style: undefined, wide: false, ...page.values })
  return await reply
    .code(page.status ?? 200)
    .headers(headers("'self'", brand.picture_url, page.leads_to))
    .send(html)
}

/** Answers with a page where no tenant is known: it holds its style itself, since nothing else is served there. */
export async function sendPageOfNobody(reply: FastifyReply, page: Page): Promise<FastifyReply> {
  const values = { brand: undefined, assets, inline_style: style, wide: false, ...page.values }
  return await reply
    .code(page.status ?? 200)
    .headers(headers(styleSource, undefined, undefined))
    .send(eta.render(page.template, values))
}
