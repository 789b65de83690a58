// Tables of refresh tokens.

/** Token families: the refresh tokens that follow from one login. */
export type TokenFamiliesTable = {
  tenant_id: string
  family_id: string
  client_id: string
  user_id: string
  connection_id: string
  /** The browser session of the login; null for a grant without a browser. */
  session_id: string | null
  audience: string | null
  scope: string
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  revoked_because: string | null
}

/** Refresh tokens of a family, stored as digests. */
export type RefreshTokensTable = {
  tenant_id: string
  token_digest: string
  family_id: string
  created_at: number
  last_used_at: number | null
  rotated_at: number | null
}
