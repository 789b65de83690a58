import { isScriptUrl } from '../base/script-url.ts'
import type { Look } from './look.ts'
import { renderPage, schemeSource, type Page } from './render-page.ts'

function requireSafeUrl(url: string): void {
  if (isScriptUrl(url)) throw new Error('A page must not lead to a URL that a browser runs as a script.')
}

/**
 * The page that leads to an application by a link: browsers do not follow a redirect to an app scheme unless the user has done something.
 *
 * @throws {Error} for a URL that is not absolute, or whose scheme a browser runs as a script
 */
export function renderContinuePage(look: Look, model: { url: string; client_name: string }): Page {
  requireSafeUrl(model.url)
  return renderPage(look, { template: 'continue', values: model })
}

/**
 * The page that posts an authorization response to `redirect_uri` (OAuth 2.0 Form Post Response Mode): by its script, else by its button.
 *
 * @throws {Error} for a URL that is not absolute, or whose scheme a browser runs as a script
 */
export function renderFormPostPage(
  look: Look,
  model: { redirect_uri: string; parameters: Record<string, string>; client_name: string },
): Page {
  requireSafeUrl(model.redirect_uri)
  const values = { action: model.redirect_uri, hidden: model.parameters, client_name: model.client_name }
  return renderPage(look, {
    template: 'form-post',
    values,
    form_targets: schemeSource(model.redirect_uri),
    script: 'submit.js',
  })
}

/**
 * The page that posts an authorization response to the window that opened it, or to the frame's parent, if that is of `target_origin`
 * (`response_mode=web_message`). It may be shown in a frame, and shows nothing but that the window can be closed.
 *
 * @throws {Error} when `target_origin` is not exactly an http(s) origin
 */
export function renderWebMessagePage(
  look: Look,
  { target_origin, response }: { target_origin: string; response: Record<string, string | number> },
): Page {
  const is_web = URL.canParse(target_origin) && /^https?:$/.test(new URL(target_origin).protocol)
  if (!is_web || new URL(target_origin).origin !== target_origin) {
    throw new Error('The target of a web message must be an http(s) origin.')
  }
  const answer = JSON.stringify({ target: target_origin, response }).replaceAll('<', String.raw`\u003c`)
  return renderPage(look, {
    template: 'web-message',
    values: { answer },
    script: 'post-message.js',
    is_for_frames: true,
  })
}
