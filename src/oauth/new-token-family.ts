import { digestText } from '../base/digest.ts'
import { newPrefixedId } from '../base/ids.ts'
import type { NewTokenFamily } from '../store/refresh-tokens.ts'
import type { User } from '../users/user.ts'
import type { Authorization } from './authorization.ts'
import { familyExpiry, refreshTokenPolicy } from './refresh-token-policy.ts'

/** A login that issues its first refresh token. */
export type FirstRefreshToken = Authorization & {
  user: User
  connection_id: string
  /** The browser session of the login; null for a grant without a browser. */
  session_id: string | null
  refresh_token: string
  /** Epoch milliseconds. */
  at: number
}

/** The token family of the first refresh token of a login. */
export function newTokenFamily(login: FirstRefreshToken): NewTokenFamily {
  const { tenant, client, user, connection_id, session_id, resource_server, scope, refresh_token, at } = login
  return {
    tenant_id: tenant.tenant_id,
    family_id: newPrefixedId('rtf'),
    client_id: client.client_id,
    user_id: user.user_id,
    connection_id,
    session_id,
    audience: resource_server?.identifier ?? null,
    scope: scope.join(' '),
    created_at: at,
    expires_at: familyExpiry(refreshTokenPolicy(client), at, at),
    token_digest: digestText(refresh_token),
  }
}
