import { hash } from 'node:crypto'
import type { UserAttributes } from './user-columns.ts'

// Normalizing takes time that grows with the square of the combining marks in a row, and a list shows many users.
const read_max = 100

/**
 * Two letters of the first 100 characters of a name: those that begin its first two words, else the first two of its only word. Others than
 * a–z and 0–9 are left out.
 */
function initialsOf(name: string): string {
  const letters = name
    .slice(0, read_max)
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9\s]/g, '')
  const [first = '', second] = letters.trim().split(/\s+/)
  return second === undefined ? first.slice(0, 2) : `${first.charAt(0)}${second.charAt(0)}`
}

/** The MD5 digest of a text; undefined where OpenSSL has none, as in FIPS mode. */
function md5Of(text: string): string | undefined {
  try {
    return hash('md5', text, 'hex')
  } catch {
    return undefined
  }
}

/**
 * The user with a picture: without one of the user's own, the Gravatar of the e-mail address, as at Auth0. Where Gravatar has none, it
 * redirects to Auth0's picture of the initials. The picture is computed where a user is shown, and never stored: it follows the address.
 * A user without an e-mail address gets none, and no user does where OpenSSL runs in FIPS mode, which has no MD5.
 *
 * The URL holds the MD5 digest of the trimmed address in lower case, from which the address can be guessed.
 */
export function withPicture<User extends Pick<UserAttributes, 'email' | 'name' | 'picture'>>(user: User): User {
  const { email, name, picture } = user
  if (picture !== null || email === null) return user
  const digest = md5Of(email.trim().toLowerCase())
  if (digest === undefined) return user
  const initials = initialsOf(name ?? '') || initialsOf(email) || 'default'
  const fallback = encodeURIComponent(`https://cdn.auth0.com/avatars/${initials}.png`)
  return { ...user, picture: `https://s.gravatar.com/avatar/${digest}?s=480&r=pg&d=${fallback}` }
}
