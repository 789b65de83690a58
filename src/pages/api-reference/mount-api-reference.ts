import type { FastifyInstance, FastifyRequest } from 'fastify'
import { escapeHtml } from '../../base/escape-html.ts'
import { Refusal } from '../../contract/refusal.ts'
import { tenantOf } from '../../http/tenant-of.ts'
import { issuerOf, managementAudience, type Site } from '../../tenants/tenant.ts'
import { englishLook } from '../look.ts'
import { renderPage, renderPart, sendPage, type Page } from '../render-page.ts'
import { buildReference, findOperations, objectsOf, type Reference } from './reference-model.ts'

const address = '/api/v2/reference'
const search_max = 100

/** A text of the contract as HTML: what is between backticks is code. */
const withCode = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

// Built at the first request: the start of the server does not need it.
let built: Reference | undefined
const reference = (): Reference => (built ??= buildReference())

// Rendered once: anyone may request the pages, and that of connections takes some milliseconds.
const contents = new Map<string, string>()

type ReferenceValues = { template: string; values: Record<string, unknown> }

function pageOf(request: FastifyRequest, { site }: { site: Site }, { template, values }: ReferenceValues): Page {
  const tenant = tenantOf(request)
  const issuer = issuerOf(tenant, site.scheme)
  const shared = { address, issuer, audience: managementAudience(issuer), tags: [...reference().tags.keys()] }
  return renderPage(englishLook(tenant), { template, values: { ...shared, ...values }, sheet: 'reference.css' })
}

function indexPage(text: string): ReferenceValues {
  const { tags, scopes } = reference()
  if (text === '') return { template: 'reference', values: { text, groups: [...tags], scopes } }
  const found = findOperations(reference(), text)
  const groups = [...Map.groupBy(found, ({ tag }) => tag)]
  return { template: 'reference', values: { text, groups, scopes: [] } }
}

/** The page of a tag: its operations, and the objects that they refer to. @throws {Refusal} `not_found` */
function tagPage(tag: string): ReferenceValues {
  const operations = reference().tags.get(tag)
  if (!operations) throw new Refusal('not_found')
  const content =
    contents.get(tag) ??
    renderPart('reference-operations', { operations, objects: objectsOf(reference(), operations), withCode })
  contents.set(tag, content)
  return { template: 'reference-tag', values: { tag, operations, content } }
}

/**
 * Mounts the reference of the Management API at `/api/v2/reference`: a page with all operations and a search, and a page for each tag. Pages
 * need no script and no token: they say nothing of the tenant but its address.
 */
export function mountApiReference(app: FastifyInstance, deps: { site: Site }): void {
  app.get(address, async (request, reply) => {
    const { q } = request.query as { q?: unknown }
    const text = typeof q === 'string' ? q.slice(0, search_max).trim() : ''
    return await sendPage(reply, pageOf(request, deps, indexPage(text)))
  })
  app.get(`${address}/:tag`, async (request, reply) => {
    const { tag } = request.params as { tag: string }
    return await sendPage(reply, pageOf(request, deps, tagPage(tag)))
  })
}
