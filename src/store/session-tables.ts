// Tables of browser sessions, authorization codes and consents.

/** Browser sessions. The cookie holds the id and a secret, of which this is the digest. */
export type SessionsTable = {
  tenant_id: string
  session_id: string
  secret_digest: string
  user_id: string
  connection_id: string
  /** The authorization request whose page created the session: a repeated form of that page does not create another one. */
  request_id: string
  /** When the user proved a password. */
  authenticated_at: number
  /** JSON array: the methods, as RFC 8176 names them. */
  amr: string
  /** When the session ends unless it is used before. */
  expires_at: number
  /** When it ends in any case. */
  ends_at: number
  /** Address and User-Agent header of the login; null for sessions that are older than these columns. */
  ip: string | null
  user_agent: string | null
}

/** Authorization codes, stored as digests. A code is valid only as long as its session. */
export type CodesTable = {
  tenant_id: string
  code_digest: string
  session_id: string
  client_id: string
  /** As the authorization request had it; null where it had none. */
  redirect_uri: string | null
  scope: string
  audience: string | null
  nonce: string | null
  code_challenge: string | null
  code_challenge_method: string | null
  /** JSON: what the post-login steps changed in the tokens of the login; null where they changed nothing. */
  token_changes: string | null
  expires_at: number
  used_at: number | null
  /** The token family that the code gave, which ends if the code is used again. */
  family_id: string | null
}

/** Scopes that a user granted a client for an audience; the audience is empty for the scopes of OpenID Connect alone. */
export type ConsentsTable = {
  tenant_id: string
  user_id: string
  client_id: string
  audience: string
  scope: string
  updated_at: number
}
