import type { FastifyReply } from 'fastify'
import { isJsonObject } from '../../base/json.ts'
import { fieldOf, ownForm } from '../../pages/form-fields.ts'
import { renderConsentPage, type ConsentModel } from '../../pages/consent-page.ts'
import { lookFor } from '../../pages/look.ts'
import { sendPage } from '../../pages/render-page.ts'
import { recordConsent } from '../../sessions/consents.ts'
import { inTransaction } from '../../store/transaction.ts'
import { shownName, type User } from '../../users/user.ts'
import { AuthorizationError } from '../authorize/authorization-error.ts'
import type { AuthorizationRequest } from '../authorize/authorization-request.ts'
import { consentKey } from '../authorize/interactions/needs-consent.ts'
import { answerBySession, type AnswerBySessionDeps } from './answer-by-session.ts'
import { continuePage, redirectToPage, type Exchange } from './continue-page.ts'
import { openPage, type OpenedPage, type OpenPageDeps } from './open-page.ts'
import { page_paths, withState } from './page-paths.ts'

/** Dependencies of the consent page. */
export type ConsentEndpointDeps = OpenPageDeps & AnswerBySessionDeps

/** The requested scopes with the descriptions of the resource server. */
function describedScopes({ scope, resource_server }: AuthorizationRequest): ConsentModel['scopes'] {
  const defined = resource_server?.data['scopes']
  const descriptions = new Map(
    (Array.isArray(defined) ? defined : []).flatMap((each) =>
      isJsonObject(each) && typeof each['description'] === 'string' ? [[each['value'], each['description']]] : [],
    ),
  )
  return scope.map((name) => ({ name, description: descriptions.get(name) }))
}

async function sendConsentPage(
  { request, reply }: Exchange,
  { state, authorization }: OpenedPage,
  user: User,
): Promise<FastifyReply> {
  const { tenant, client, parameters, target } = authorization
  const page = renderConsentPage(lookFor(request, tenant, parameters['ui_locales']), {
    action: page_paths.consent,
    state,
    hidden: { user_id: user.user_id },
    client_name: client.name,
    redirect_uri: target.redirect_uri,
    identifier: shownName(user),
    scopes: describedScopes(authorization),
    links: {},
  })
  return await sendPage(reply, page)
}

/** Answers GET /u/consent: the page on which the user of the session allows a third-party client its scopes. */
export async function answerConsentPage(deps: ConsentEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const page = await openPage(deps, exchange.request, fieldOf(exchange.request.query, 'state'))
  const { step } = page
  if (step.kind === 'ask' && step.interaction.page === 'consent' && step.signed_in) {
    return await sendConsentPage(exchange, page, step.signed_in.user)
  }
  if (await continuePage(deps, exchange, page)) return exchange.reply
  return await redirectToPage(exchange, withState(page_paths.login, page.state))
}

/**
 * Answers POST /u/consent: records the consent of the user to whom the page was shown, and answers the client. Where another user has
 * logged in meanwhile, in another tab, the page is shown again.
 *
 * @throws {AuthorizationError} `access_denied` where the user denies
 */
export async function answerConsentForm(deps: ConsentEndpointDeps, exchange: Exchange): Promise<FastifyReply> {
  const posted = ownForm(exchange.request, deps.site.scheme)
  const page = await openPage(deps, exchange.request, fieldOf(posted, 'state'))
  const { step, authorization, state } = page
  const { signed_in } = step
  if (!signed_in || (step.kind === 'ask' && step.interaction.page === 'login')) {
    return await redirectToPage(exchange, withState(page_paths.login, state))
  }
  if (fieldOf(posted, 'user_id') !== signed_in.user.user_id) {
    return await redirectToPage(exchange, withState(page_paths.consent, state))
  }
  if (fieldOf(posted, 'decision') !== 'accept') {
    throw new AuthorizationError(authorization.target, 'access_denied', 'User did not authorize the request')
  }
  const key = consentKey(authorization, signed_in.user.user_id)
  await inTransaction(deps.db, (trx) => recordConsent(trx, key, authorization.scope, deps.clock.now()))
  return await answerBySession(deps, exchange, authorization, signed_in)
}
