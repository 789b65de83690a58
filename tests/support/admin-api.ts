import { createSetupTicket } from '../../src/admins/setup-ticket.ts'
import type { JsonObject } from '../../src/base/json.ts'
import { createBrowser } from './browser.ts'
import { bearer, send, type Answer, type RequestInput } from './requests.ts'
import { realm_grant } from './tenant-api.ts'
import type { TestServer } from './test-server.ts'

/** A password that an admin may have. */
export const admin_password = 'correct horse battery staple'

/** Requests to the admin origin of a server. */
export type AdminApi = ReturnType<typeof createAdminApi>

/** Creates the requests to the admin origin of a server. */
export function createAdminApi({ admin_url, port: tenants_port, ca, internals }: TestServer) {
  const { protocol, hostname, host, port } = new URL(admin_url)
  // Without a port it is the address of a reverse proxy, which forwards to the port of the tenants.
  const origin = `${protocol}//${hostname}:${port === '' ? tenants_port : port}`

  /** Sends a request; `path` begins with a slash. */
  const sendTo = (path: string, { headers, ...input }: RequestInput = {}): Promise<Answer> =>
    send(`${origin}${path}`, { ...(ca === undefined ? {} : { ca }), ...input, headers: { host, ...headers } })

  const newTicket = (tenant_id: string = internals.tenant_id): Promise<string> =>
    createSetupTicket(internals, { tenant_id })

  /** Sends the form of a set-up link as a browser does. */
  const sendForm = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
    sendTo('/u/admin-setup', {
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    })

  /** A token request of the dashboard's client. */
  const requestToken = (fields: JsonObject): Promise<Answer> =>
    sendTo('/oauth/token', { body: { client_id: 'wherry-dashboard', ...fields } })

  const logIn = (username: string, password = admin_password, fields: JsonObject = {}): Promise<Answer> =>
    requestToken({
      grant_type: realm_grant,
      realm: 'admins',
      audience: `${admin_url}/api/v2/`,
      username,
      password,
      ...fields,
    })

  /** A browser with cookies of its own at the admin origin. */
  const browser = () => createBrowser({ send: sendTo, issuer: `${admin_url}/` }, { 'wherry-dashboard': '1' })

  /** The address of an authorization request of the dashboard, with this PKCE challenge. */
  const authorizeAddress = (parameters: Record<string, string>): string =>
    `/authorize?${new URLSearchParams({
      client_id: 'wherry-dashboard',
      redirect_uri: `${admin_url}/signed-in`,
      response_type: 'code',
      scope: 'openid profile email',
      ...parameters,
    })}`

  return {
    browser,
    authorizeAddress,
    /** The Host header of the admin origin. */
    host,
    /** Scheme and port at which requests to the admin origin arrive. */
    origin,
    send: sendTo,
    /** Creates the ticket of a set-up link, by default of the default tenant. */
    newTicket,
    sendForm,
    /** Sets up an admin by a new link. @throws Error when that is refused */
    async setUp(email: string, tenant_id?: string): Promise<void> {
      const form = { email, password: admin_password, password_repeat: admin_password }
      const done = await sendForm({ ticket: await newTicket(tenant_id), ...form })
      if (done.status !== 303) throw new Error(`no admin: ${done.status} ${done.text}`)
    },
    requestToken,
    /** Logs an admin in for the Management API. */
    logIn,
    /** The access token of an admin. @throws Error when the login is refused */
    async accessToken(username: string, fields: JsonObject = {}): Promise<string> {
      const { status, text, json } = await logIn(username, admin_password, fields)
      if (status !== 200) throw new Error(`no token of an admin: ${status} ${text}`)
      return String(json.access_token)
    },
    /** A request to the Management API of a tenant, by default the default one; `path` begins behind `/api/v2/`. */
    api(token: string, method: string, path: string, body?: unknown, tenant_id = internals.tenant_id): Promise<Answer> {
      return sendTo(`/t/${tenant_id}/api/v2/${path}`, { method, headers: bearer(token), body })
    },
  }
}
