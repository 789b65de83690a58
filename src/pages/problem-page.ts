import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../contract/refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { lookFor, plain_look, type Look } from './look.ts'
import type { MessageKey } from './messages/en.ts'
import { pageErrorOf, problemLines, problemText, type PageError, type ProblemText } from './page-problems.ts'
import { renderPage, sendPage, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** A link that leads on: of this server, or to a URL that the tenant registered. */
export type WayOn = { href: string; text: string }

/** What the page of a failure shows. */
export type ProblemModel = { error: PageError; ways_on?: readonly WayOn[] | undefined }

/** A link that leads on, with a text of the pages, or with the name of the application that it leads to. */
export function wayOn(look: Look, href: string, text: MessageKey | { name: string }): WayOn {
  const t = translator(look)
  return { href, text: typeof text === 'string' ? t(text) : t('continue_to', { name: text.name }) }
}

/** The page of a failure, without a form. `text` replaces that of the table. */
export function renderProblemPage(
  look: Look,
  { error, ways_on = [] }: ProblemModel,
  text: ProblemText = problemText(error),
): Page {
  const t = translator(look)
  const values = {
    title: t(text.title),
    mark: 'bad',
    lines: problemLines(t, error, text),
    reference: error.reference,
    ways_on,
  }
  return renderPage(look, { template: 'problem', values })
}

function tenantIfKnown(request: FastifyRequest): Tenant | undefined {
  try {
    return tenantOf(request)
  } catch {
    return undefined
  }
}

// On the pages of mailed links a legacy store that cannot be reached is no failed log-in.
const legacy_unavailable_link: ProblemText = {
  title: 'legacy_unavailable_title',
  lines: ['legacy_unavailable_link'],
}

/** Answers a refusal with a page for end users. */
export async function sendProblemPage(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> {
  setRetryAfter(reply, refusal)
  const error = pageErrorOf(refusal)
  const tenant = refusal.code === 'unknown_host' ? undefined : tenantIfKnown(request)
  const look = tenant ? lookFor(request, tenant) : plain_look
  const text = refusal.code === 'legacy_unavailable' ? legacy_unavailable_link : problemText(error)
  return await sendPage(reply, renderProblemPage(look, { error }, text), refusal.problem.status)
}
