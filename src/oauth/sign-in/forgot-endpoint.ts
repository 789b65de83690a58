import type { FastifyReply } from 'fastify'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { requestReset, type RequestResetDeps } from '../../login/request-reset.ts'
import { renderForgotPage, renderForgotSentPage, renderPasswordElsewherePage } from '../../pages/forgot-pages.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { sendPage, type Page } from '../../pages/render-page.ts'
import type { Exchange } from './continue-page.ts'
import { openPage, type OpenedPage, type OpenPageDeps } from './open-page.ts'
import { identifierKinds, pageLinks } from './page-links.ts'
import { page_paths } from './page-paths.ts'

/** Dependencies of the page that asks for a new password. */
export type ForgotEndpointDeps = OpenPageDeps & RequestResetDeps

const lookOfPage = ({ request }: Exchange, { authorization: { tenant, parameters } }: OpenedPage) =>
  lookFor(request, tenant, parameters['ui_locales'])

function renderForm(exchange: Exchange, page: OpenedPage, identifier: string, error?: PageError): Page {
  const { state, authorization } = page
  const { client, connection } = authorization
  return renderForgotPage(lookOfPage(exchange, page), {
    action: page_paths.forgot,
    state,
    client_name: client.name,
    identifier,
    identifiers: identifierKinds(connection),
    links: { login: pageLinks(connection, state).login },
    error,
  })
}

/** Whether passwords of a connection are changed elsewhere: no script of its legacy store changes them. */
function isChangedElsewhere({ authorization: { connection } }: OpenedPage): boolean {
  return connection.mode === 'legacy' && connection.scripts_sealed.change_password === undefined
}

function renderElsewhere(exchange: Exchange, page: OpenedPage): Page {
  const { connection } = page.authorization
  const { forgot_password_text: text, forgot_password_url: url } = connection.options
  const { login } = pageLinks(connection, page.state)
  return renderPasswordElsewherePage(lookOfPage(exchange, page), { text, url, links: { login } })
}

/** Answers GET /u/reset-password/request: the form, or a page that says where the password is changed. */
export async function answerForgotPage(deps: ForgotEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  if (isChangedElsewhere(page)) return await sendPage(exchange.reply, renderElsewhere(exchange, page))
  const { login_hint: identifier = '' } = page.authorization.parameters
  return await sendPage(exchange.reply, renderForm(exchange, page, identifier))
}

/**
 * Answers POST /u/reset-password/request: the same page whether the user exists or not. The user is looked up and mailed afterwards.
 *
 * @throws {Refusal} `password_change_disabled`, `plan_required`
 */
export async function answerForgotForm(deps: ForgotEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange
  const posted = ownForm(request, deps.site.scheme)
  const page = await openPage(deps, request, fieldOf(posted, 'state'))
  if (isChangedElsewhere(page)) return await sendPage(reply, renderElsewhere(exchange, page))
  const { tenant, client, connection } = page.authorization
  const identifier = fieldOf(posted, 'username')
  try {
    const { language } = lookOfPage(exchange, page)
    requestReset(deps, { tenant, client, connection, identifier, language, caller: callerOf(request) })
  } catch (error) {
    const is_typed = error instanceof Refusal && ['invalid_request', 'identifier_too_long'].includes(error.code)
    if (!is_typed) throw error
    return await sendPage(reply, renderForm(exchange, page, identifier, pageErrorOf(error)), error.problem.status)
  }
  const { login } = pageLinks(connection, page.state)
  const sent = renderForgotSentPage(lookOfPage(exchange, page), { identifier: identifier.trim(), links: { login } })
  return await sendPage(reply, sent)
}
