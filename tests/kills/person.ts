// What a person was told by the server, and what may therefore never be lost.

/** A person of the rounds. Everything here was acknowledged, or is marked as unsure. */
export type Person = {
  readonly email: string
  readonly user_id: string
  /** Known to the legacy store (`person-<n>`), or signed up here. */
  readonly legacy: boolean
  /** Whether the server said so, or may have done so before it was killed. */
  standing: 'unsure' | 'in' | 'maybe_deleted' | 'deleted'
  /** The password that holds. */
  password: string
  /** A password that was sent in a reset whose answer never came: it holds instead, or does not. */
  maybe_password?: string
  /** The refresh token given out last. */
  refresh_token?: string
  /** The token was sent for rotation, and the answer never came. */
  is_token_unsure?: boolean
  /** Something happened since it was last checked. */
  is_fresh: boolean
  /** Somebody is at work on this person. */
  is_taken: boolean
}

/** A person whom the legacy store knows by this number. */
export function legacyPerson(number: number): Person {
  return {
    email: `person-${number}@legacy.example`,
    user_id: `auth0|legacy-${number}`,
    legacy: true,
    standing: 'unsure',
    password: `secret-${number}`,
    is_fresh: true,
    is_taken: true,
  }
}
