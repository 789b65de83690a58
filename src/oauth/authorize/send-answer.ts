import type { FastifyReply } from 'fastify'
import { tenantOf } from '../../http/tenant-of.ts'
import { renderContinuePage, renderFormPostPage, renderWebMessagePage } from '../../pages/answer-pages.ts'
import { lookFor } from '../../pages/look.ts'
import { sendPage } from '../../pages/render-page.ts'
import type { AnswerTarget } from './authorization-request.ts'
import type { AnswerParameters } from './prepare-answer.ts'

const encode = (parameters: AnswerParameters): string =>
  parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')

/** The answer as it is sent: the parameters with `state` and, against mix-up attacks, the issuer (RFC 9207). */
function complete({ issuer, state }: AnswerTarget, parameters: AnswerParameters): AnswerParameters {
  return [...parameters, ...(state === undefined ? [] : [['state', state] as [string, string]]), ['iss', issuer]]
}

/** The redirect URI with an answer in its query or fragment. The URI itself stays as it is registered. */
function redirectLocation(target: AnswerTarget, parameters: AnswerParameters): string {
  const { redirect_uri, response_mode } = target
  const encoded = encode(complete(target, parameters))
  if (response_mode === 'fragment') return `${redirect_uri}#${encoded}`
  return `${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}${encoded}`
}

const isWeb = (url: string): boolean => /^https?:/.test(url)

/**
 * Redirects to the client. The redirect after a form is a 303, so that the browser does not send the password again (RFC 9700 section
 * 4.12). Browsers do not follow a redirect to an app unless the user has done something: where no form was sent, a page has a link to it.
 */
async function redirectToClient(
  reply: FastifyReply,
  target: AnswerTarget,
  parameters: AnswerParameters,
): Promise<FastifyReply> {
  const { request } = reply
  const url = redirectLocation(target, parameters)
  const follows_form = request.method === 'POST'
  if (!isWeb(url) && !follows_form && !target.is_silent) {
    const look = lookFor(request, tenantOf(request))
    return await sendPage(reply, renderContinuePage(look, { url, client_name: target.client.name }))
  }
  return await reply
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .redirect(url, follows_form ? 303 : 302)
}

/** Sends the answer to an authorization request in its response mode. */
export async function sendAnswer(
  reply: FastifyReply,
  target: AnswerTarget,
  parameters: AnswerParameters,
): Promise<FastifyReply> {
  const { redirect_uri, client } = target
  const look = lookFor(reply.request, tenantOf(reply.request))
  switch (target.response_mode) {
    case 'form_post': {
      const fields = Object.fromEntries(complete(target, parameters))
      const model = { redirect_uri, parameters: fields, client_name: client.name }
      return await sendPage(reply, renderFormPostPage(look, model))
    }
    case 'web_message': {
      const members = complete(target, parameters).map(
        ([name, value]) => [name, name === 'expires_in' ? Number(value) : value] as const,
      )
      const message = { target_origin: new URL(redirect_uri).origin, response: Object.fromEntries(members) }
      return await sendPage(reply, renderWebMessagePage(look, message))
    }
    case 'query':
    case 'fragment':
      return await redirectToClient(reply, target, parameters)
  }
}
