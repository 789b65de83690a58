/**
 * OAuth: the door for OAuth 2 and OpenID Connect clients: tokens, revocation, userinfo, discovery, keys, and the two endpoints by
 * which clients sign people up and start a reset. Auth0's statuses and bodies are decided here. It knows no password, no script
 * and no ledger: who may log in is the login room's to say.
 */
import type { FastifyInstance } from 'fastify'
import { createLookups } from './lookups.ts'
import { mountDatabaseConnections } from './mount-database-connections.ts'
import { mountMetadata } from './mount-metadata.ts'
import { mountTokens } from './mount-tokens.ts'
import { mountUserinfo } from './mount-userinfo.ts'
import type { DoorParts, OauthParts } from './oauth-parts.ts'

/**
 * Mounts the OAuth and OpenID Connect endpoints. Needs the tenant of each request resolved; brings its own body parsers and error
 * answers.
 */
export async function mountOauth(app: FastifyInstance, parts: OauthParts): Promise<void> {
  const door: DoorParts = {
    ...parts,
    lookups: createLookups(parts),
  }
  for (const mount of [mountTokens, mountUserinfo, mountMetadata, mountDatabaseConnections]) {
    await app.register(async (scope) => mount(scope, door))
  }
}
