import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../contract/refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { lookFor, plain_look, type Look } from './look.ts'
import { pageErrorOf, problemLines, problemText, type PageError, type ProblemText } from './page-problems.ts'
import { renderPage, sendPage, type Page } from './render-page.ts'
import { translator } from './translate.ts'

/** What the page of a failure shows. */
export type ProblemModel = {
  error: PageError
  /** Links that lead on: `href` is of this server, or a URL that the tenant registered. */
  ways_on?: readonly { href: string; text: string }[] | undefined
}

/** The page of a failure, without a form. `text` replaces that of the table. */
export function renderProblemPage(
  look: Look,
  { error, ways_on = [] }: ProblemModel,
  text: ProblemText = problemText(error),
): Page {
  const t = translator(look.language)
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
