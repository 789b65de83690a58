// The requests that `auth0-js` and Lock send from a page of an application, and from a tenant's own login page.
import type { createBrowser, Visit } from '../../support/browser.ts'
import type { Answer, TestClient } from '../../support/requests.ts'
import { ada } from '../ada.ts'
import { callback } from '../browser-client.ts'

type Browser = ReturnType<typeof createBrowser>

/** The origin of the application whose callback is `callback`. */
export const app_origin = new URL(callback).origin

/** Sends a password from a page of the application. `fields` undefined are left out. */
export async function authenticate(
  browser: Pick<Browser, 'visit'>,
  { client_id }: Pick<TestClient, 'client_id'>,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  return await browser.visit('/co/authenticate', {
    headers: { origin: app_origin, 'sec-fetch-site': 'cross-site', ...headers },
    body: {
      client_id,
      credential_type: 'http://auth0.com/oauth/grant-type/password-realm',
      username: ada.email,
      password: ada.password,
      ...fields,
    },
  })
}

/** The object that a tenant's own login page with `@@config@@` alone receives. */
export function configOf({ text }: Pick<Answer, 'text'>): Record<string, unknown> & {
  internalOptions: Record<string, string>
} {
  return JSON.parse(Buffer.from(text, 'base64').toString()) as ReturnType<typeof configOf>
}

/** Sends a password from a tenant's own login page. */
export async function authenticateOnPage(
  browser: Pick<Browser, 'visit'>,
  state: string | undefined,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Visit> {
  return await browser.visit('/usernamepassword/login', {
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
    body: { state, username: ada.email, password: ada.password, ...fields },
  })
}
