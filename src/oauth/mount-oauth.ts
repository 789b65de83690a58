/**
 * OAuth: the endpoints for OAuth 2 and OpenID Connect clients: authorization, sign-in and logout in a browser, tokens, revocation, userinfo,
 * discovery, keys, embedded login, and Auth0's sign-up and password reset requests. Auth0's statuses and bodies are decided here. It knows no password, no script and no ledger.
 */
import type { FastifyInstance } from 'fastify'
import { Refusal } from '../contract/refusal.ts'
import type { ProcessLog } from '../base/process-log.ts'
import { ignoreForeignCookies } from '../http/own-requests.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { DatabaseConnectionsDeps } from './sign-up-and-reset-endpoints.ts'
import { mountEmbedded, type EmbeddedDeps } from './embedded/mount-embedded.ts'
import { createAdminGrants, createGrants, type GrantsDeps } from './grants/grants.ts'
import { mountAdminSession, type AdminSessionDeps } from './admin-session.ts'
import { mountAdminBrowser, mountBrowser, type AdminBrowserDeps, type BrowserDeps } from './mount-browser.ts'
import { mountDatabaseConnections } from './mount-database-connections.ts'
import { mountMetadata } from './mount-metadata.ts'
import { mountTokens } from './mount-tokens.ts'
import { mountUserinfo } from './mount-userinfo.ts'
import type { TokenEndpointDeps } from './token-endpoint.ts'
import type { Grant } from './token-request.ts'

/** The dependencies of the endpoints of an issuer. */
export type IssuerDeps = GrantsDeps & TokenEndpointDeps & { keys: SigningKeys; log: ProcessLog }

/** The dependencies of the endpoints of the admin origin. */
export type AdminOauthDeps = IssuerDeps & AdminBrowserDeps & AdminSessionDeps

/** The dependencies of the endpoints of tenants. */
export type OauthDeps = IssuerDeps & DatabaseConnectionsDeps & BrowserDeps & EmbeddedDeps

/** Mounts the endpoints of an issuer: tokens, userinfo, discovery and keys. */
async function mountIssuer(
  app: FastifyInstance,
  deps: IssuerDeps,
  grants: readonly Grant[],
  offered: { is_for_admins: boolean },
): Promise<void> {
  const grant_types = grants.map(({ grant_type }) => grant_type)
  await app.register(async (scope) => await mountTokens(scope, deps, grants))
  await app.register(async (scope) => await mountUserinfo(scope, deps))
  await app.register(async (scope) => await mountMetadata(scope, deps, grant_types, offered))
}

/**
 * Mounts the OAuth and OpenID Connect endpoints of tenants. Needs the tenant of each request resolved; brings its own body parsers and
 * error answers.
 */
export async function mountOauth(app: FastifyInstance, deps: OauthDeps): Promise<void> {
  await mountIssuer(app, deps, createGrants(deps), { is_for_admins: false })
  await app.register(async (scope) => await mountBrowser(scope, deps))
  await app.register(async (scope) => await mountDatabaseConnections(scope, deps))
  await mountEmbedded(app, deps)
}

/**
 * Mounts the OAuth and OpenID Connect endpoints of the admin origin: admins sign in, and refresh their tokens; no client acts for itself,
 * and there is no sign-up and no password reset. A page of another site cannot send logins: failed ones would lock an admin out.
 */
export async function mountAdminOauth(app: FastifyInstance, deps: AdminOauthDeps): Promise<void> {
  app.addHook('onRequest', async ({ method, headers }) => {
    const is_cross_site = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))
    if (method === 'POST' && is_cross_site) throw new Refusal('form_from_elsewhere')
  })
  ignoreForeignCookies(app, deps.site.scheme)
  await mountIssuer(app, deps, createAdminGrants(deps), { is_for_admins: true })
  await app.register(async (scope) => await mountAdminBrowser(scope, deps))
  await app.register(async (scope) => await mountAdminSession(scope, deps))
}
