/** A user of the workload: what the server acknowledged about the user, and what it may have done before it was killed. */
export type TrackedUser = {
  readonly email: string
  readonly user_id: string
  /** The legacy store knows the user (`person-<n>`); else the user signed up. */
  readonly is_legacy: boolean
  /** `unknown`: created if the request succeeded; `maybe_deleted`: deleted if the request succeeded. */
  state: 'unknown' | 'exists' | 'maybe_deleted' | 'deleted'
  /** The password that is valid. */
  password: string
  /** The password of a reset whose answer never came: valid instead of `password`, or not. */
  maybe_password?: string
  /** The newest refresh token that was answered. */
  refresh_token?: string
  /** The token was sent for rotation, and the answer never came. */
  is_token_maybe_used?: boolean
  /** An operation ran since the last check. */
  is_unchecked: boolean
  /** An operation is running. */
  is_busy: boolean
}

/** The user whom the legacy store knows by this number. */
export function legacyUser(number: number): TrackedUser {
  return {
    email: `person-${number}@legacy.example`,
    user_id: `auth0|legacy-${number}`,
    is_legacy: true,
    state: 'unknown',
    password: `secret-${number}`,
    is_unchecked: true,
    is_busy: true,
  }
}
