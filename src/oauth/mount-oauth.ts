/**
 * OAuth: the endpoints for OAuth 2 and OpenID Connect clients: tokens, revocation, userinfo, discovery, keys, and Auth0's sign-up and
 * password reset requests. Auth0's statuses and bodies are decided here. It knows no password, no script and no ledger.
 */
import type { FastifyInstance } from 'fastify'
import type { ProcessLog } from '../base/process-log.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { DatabaseConnectionsDeps } from './database-connections.ts'
import { createGrants, type GrantsDeps } from './grants/grants.ts'
import { mountDatabaseConnections } from './mount-database-connections.ts'
import { mountMetadata } from './mount-metadata.ts'
import { mountTokens } from './mount-tokens.ts'
import { mountUserinfo } from './mount-userinfo.ts'
import type { TokenEndpointDeps } from './token-endpoint.ts'

/** What the endpoints need together. */
export type OauthDeps = GrantsDeps &
  TokenEndpointDeps &
  DatabaseConnectionsDeps & { keys: SigningKeys; log: ProcessLog }

/**
 * Mounts the OAuth and OpenID Connect endpoints. Needs the tenant of each request resolved; brings its own body parsers and error
 * answers.
 */
export async function mountOauth(app: FastifyInstance, deps: OauthDeps): Promise<void> {
  const grants = createGrants(deps)
  const grant_types = grants.map(({ grant_type }) => grant_type)
  await app.register(async (scope) => await mountTokens(scope, deps, grants))
  await app.register(async (scope) => await mountUserinfo(scope, deps))
  await app.register(async (scope) => await mountMetadata(scope, deps, grant_types))
  await app.register(async (scope) => await mountDatabaseConnections(scope, deps))
}
