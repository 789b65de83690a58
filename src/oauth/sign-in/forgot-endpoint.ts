import type { FastifyReply } from 'fastify'
import type { Connection } from '../../connections/connection.ts'
import { Refusal } from '../../contract/refusal.ts'
import { callerOf } from '../../http/caller-of.ts'
import { requestReset, type RequestResetDeps } from '../../login/request-reset.ts'
import { activeKinds } from '../../connections/identifier-rules.ts'
import { storesOfIdentifier } from '../../login/stores-of-identifier.ts'
import { renderForgotPage, renderForgotSentPage, renderPasswordElsewherePage } from '../../pages/forgot-pages.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { lookFor } from '../../pages/look.ts'
import { pageErrorOf, type PageError } from '../../pages/page-problems.ts'
import { renderResetCodePage } from '../../pages/reset-code-form.ts'
import { wayOn } from '../../pages/problem-page.ts'
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
  const { client, connections } = authorization
  return renderForgotPage(lookOfPage(exchange, page), {
    action: page_paths.forgot,
    state,
    client_name: client.name,
    identifier,
    identifiers: identifierKinds(connections),
    links: { login: pageLinks(connections, state).login },
    error,
  })
}

/** Whether passwords of a connection are changed elsewhere: no script of its legacy store changes them. */
function isChangedElsewhere({ mode, scripts_sealed }: Connection): boolean {
  return mode === 'legacy' && scripts_sealed.change_password === undefined
}

function renderElsewhere(exchange: Exchange, page: OpenedPage): Page {
  const { connections } = page.authorization
  const [connection] = connections
  const { forgot_password_text: text, forgot_password_url: url } = connection.options
  const { login } = pageLinks(connections, page.state)
  return renderPasswordElsewherePage(lookOfPage(exchange, page), { text, url, links: { login } })
}

/** Answers GET /u/reset-password/request: the form, or a page that says where the password is changed. */
export async function answerForgotPage(deps: ForgotEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  const { connections } = page.authorization
  if (connections.every(isChangedElsewhere)) return await sendPage(exchange.reply, renderElsewhere(exchange, page))
  const { login_hint: identifier = '' } = page.authorization.parameters
  return await sendPage(exchange.reply, renderForm(exchange, page, identifier))
}

/**
 * Answers POST /u/reset-password/request: the same page whether the user exists or not. The user is looked up and mailed afterwards, in
 * each connection that the user may belong to.
 *
 * @throws {Refusal} `password_change_disabled`, `plan_required`
 */
export async function answerForgotForm(deps: ForgotEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply } = exchange
  const posted = ownForm(request, deps.site.scheme)
  const page = await openPage(deps, request, fieldOf(posted, 'state'))
  const { tenant, client, connections } = page.authorization
  const identifier = fieldOf(posted, 'username')
  const asked = storesOfIdentifier(connections, identifier.trim()).filter((each) => !isChangedElsewhere(each))
  if (asked.length === 0) return await sendPage(reply, renderElsewhere(exchange, page))
  const open = asked.filter(({ options }) => options.disable_self_service_change_password !== true)
  if (open.length === 0) throw new Refusal('password_change_disabled')
  try {
    const { language } = lookOfPage(exchange, page)
    for (const connection of open) {
      requestReset(deps, { tenant, client, connection, identifier, language, caller: callerOf(request) })
    }
  } catch (error) {
    const is_typed = error instanceof Refusal && ['invalid_request', 'identifier_too_long'].includes(error.code)
    if (!is_typed) throw error
    return await sendPage(reply, renderForm(exchange, page, identifier, pageErrorOf(error)), error.problem.status)
  }
  const { login } = pageLinks(connections, page.state)
  const is_finishing = connections.some(({ finish_step }) => finish_step !== null)
  const texted = open.filter(({ options }) => activeKinds(options).includes('phone_number'))
  if (texted.length > 0 && !identifier.includes('@')) {
    const look = lookOfPage(exchange, page)
    const code_page = renderResetCodePage(look, {
      connections: texted.map(({ name }) => name),
      identifier: identifier.trim(),
      identifiers: identifierKinds(connections),
      is_answer: true,
      is_finishing,
      ways_on: [wayOn(look, login, 'back_to_login')],
    })
    return await sendPage(reply, code_page)
  }
  const answer = { identifier: identifier.trim(), links: { login }, is_finishing }
  const sent = renderForgotSentPage(lookOfPage(exchange, page), answer)
  return await sendPage(reply, sent)
}
