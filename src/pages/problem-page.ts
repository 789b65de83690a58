import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ProblemCode } from '../contract/problems.ts'
import type { Refusal } from '../contract/refusal.ts'
import { setRetryAfter } from '../http/set-retry-after.ts'
import { tenantOf } from '../http/tenant-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { supportOf } from '../tenants/brand-of.ts'
import { sendPage, sendPageWithoutTenant } from './send-page.ts'

type PageText = { heading: string; lines: string[] }

const too_many: PageText = {
  heading: 'Too many attempts',
  lines: ['Please wait a while, and then try again. Nothing was changed.'],
}

/** Texts for end users, where the message of a problem is written for programs. */
const page_texts: Partial<Record<ProblemCode, PageText>> = {
  ticket_invalid: {
    heading: 'This link no longer works',
    lines: [
      'It was used already, it has expired, or part of it is missing.',
      'Ask for a new link where you wanted to log in, and use the newest mail.',
    ],
  },
  reset_changed: {
    heading: 'This link no longer fits',
    lines: [
      'Something about you has changed in the user directory since this link was mailed. To be safe, your password was not changed.',
      'Ask for a new link where you wanted to log in.',
    ],
  },
  legacy_unavailable: {
    heading: 'Please try again in a few minutes',
    lines: ['We cannot reach the user directory right now. Nothing was changed, and your link is still valid.'],
  },
  overloaded: {
    heading: 'Please try again in a moment',
    lines: ['This server is too busy right now. Nothing was changed.'],
  },
  store_unavailable: {
    heading: 'Please try again in a moment',
    lines: [
      'We cannot reach our own records right now. We do not know whether your last step was saved; please try it again.',
    ],
  },
  too_many_requests: too_many,
  too_many_attempts: too_many,
  address_locked: too_many,
  form_from_elsewhere: {
    heading: 'This form did not come from our page',
    lines: ['Open the link in your mail again, and send the form from there. Nothing was changed.'],
  },
  not_found: {
    heading: 'There is nothing here',
    lines: [
      'This address does not exist.',
      'If you followed a link in a mail, open the whole link again: mail programs sometimes cut long ones.',
    ],
  },
  unknown_host: {
    heading: 'Unknown host name',
    lines: [
      'A Wherry server runs here, but none of its tenants has this host name.',
      'If you run this server: WHERRY_PUBLIC_URL names the host of the default tenant, and a reverse proxy must pass on the host name.',
    ],
  },
  internal: {
    heading: 'Something went wrong',
    lines: [
      'This is our fault, and it was logged for the operators of this server. Please try again in a few minutes.',
    ],
  },
}

/** The text for every refusal with a status below 500 that has no text of its own. */
const other_refusal: PageText = {
  heading: 'We could not accept that',
  lines: ['Your browser sent something that this page does not accept. Nothing was changed. Open the link again.'],
}

function tenantIfKnown(request: FastifyRequest): Tenant | undefined {
  try {
    return tenantOf(request)
  } catch {
    return undefined
  }
}

/** Answers a refusal with a page for end users. */
export async function sendProblemPage(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> {
  const { code, message } = refusal
  const { status } = refusal.problem
  const text =
    page_texts[code] ?? (status >= 500 ? { heading: 'Something went wrong', lines: [message] } : other_refusal)
  setRetryAfter(reply, refusal)
  const tenant = code === 'unknown_host' ? undefined : tenantIfKnown(request)
  const page = { template: 'problem', status, values: { ...text, support: tenant && supportOf(tenant) } }
  return tenant ? await sendPage(reply, tenant, page) : await sendPageWithoutTenant(reply, page)
}
