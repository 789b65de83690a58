import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { escapeHtml } from '../../base/escape-html.ts'
import type { AnswerTarget } from './authorization-request.ts'
import type { AnswerParameters } from './prepare-answer.ts'

const encode = (parameters: AnswerParameters): string =>
  parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')

/** The answer as it is sent: the parameters with `state` and, against mix-up attacks, the issuer (RFC 9207). */
function complete({ issuer, state }: AnswerTarget, parameters: AnswerParameters): AnswerParameters {
  return [...parameters, ...(state === undefined ? [] : [['state', state] as [string, string]]), ['iss', issuer]]
}

/** The redirect URI with an answer in its query or fragment. The URI itself stays as it is registered. */
export function redirectLocation(target: AnswerTarget, parameters: AnswerParameters): string {
  const { redirect_uri, response_mode } = target
  const encoded = encode(complete(target, parameters))
  if (response_mode === 'fragment') return `${redirect_uri}#${encoded}`
  return `${redirect_uri}${redirect_uri.includes('?') ? '&' : '?'}${encoded}`
}

/** A page of which only its own script runs. `in_frames`: whether other sites may frame it; it shows nothing then. */
async function sendScriptPage(
  reply: FastifyReply,
  { body, script, in_frames }: { body: string; script: string; in_frames: boolean },
): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64')
  return await reply
    .code(200)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'nonce-${nonce}'`,
        "base-uri 'none'",
        ...(in_frames ? [] : ["frame-ancestors 'none'"]),
      ].join('; '),
      ...(in_frames ? {} : { 'x-frame-options': 'DENY' }),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(
      `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Continue</title></head><body>${body}` +
        `<script nonce="${nonce}">${script}</script></body></html>`,
    )
}

// A text that stands in a script: `</script>` and line separators cannot end it.
const inScript = (value: unknown): string =>
  JSON.stringify(value).replaceAll(
    /[<\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

async function sendFormPost(
  reply: FastifyReply,
  target: AnswerTarget,
  parameters: AnswerParameters,
): Promise<FastifyReply> {
  const inputs = complete(target, parameters)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
  const button = '<noscript><button>Continue</button></noscript>'
  return await sendScriptPage(reply, {
    body: `<form method="post" action="${escapeHtml(target.redirect_uri)}">${inputs}${button}</form>`,
    script: 'document.forms[0].submit()',
    in_frames: false,
  })
}

/** Sends the answer to the window that opened or framed this page, if that window has the origin of the redirect URI. */
async function sendWebMessage(
  reply: FastifyReply,
  target: AnswerTarget,
  parameters: AnswerParameters,
): Promise<FastifyReply> {
  const { origin } = new URL(target.redirect_uri)
  const response = Object.fromEntries(
    complete(target, parameters).map(([name, value]) => [name, name === 'expires_in' ? Number(value) : value]),
  )
  const message = inScript({ type: 'authorization_response', response })
  // A redirect URI with a scheme of its own has no origin that a message could be limited to.
  const script = origin === 'null' ? '' : `(window.opener||window.parent).postMessage(${message},${inScript(origin)})`
  return await sendScriptPage(reply, { body: '', script, in_frames: true })
}

/**
 * Sends the answer to an authorization request in its response mode. The redirect after a form is a 303, so that the browser does not send
 * the password again (RFC 9700 section 4.12).
 */
export async function sendAnswer(
  reply: FastifyReply,
  target: AnswerTarget,
  parameters: AnswerParameters,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
  switch (target.response_mode) {
    case 'form_post':
      return await sendFormPost(reply, target, parameters)
    case 'web_message':
      return await sendWebMessage(reply, target, parameters)
    case 'query':
    case 'fragment':
      return await reply.redirect(redirectLocation(target, parameters), reply.request.method === 'POST' ? 303 : 302)
  }
}
