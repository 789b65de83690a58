// The users of the demo's legacy store, their passwords and password hashes.
//
// Each user has an own password and salt. The users that the demo logs in have hashes at the cost of a real system (bcrypt cost 10,
// PBKDF2 with 390,000 iterations). The others have cheap hashes (bcrypt cost 4, PBKDF2 with 1,000 iterations): a thousand expensive ones
// would take more than a minute. Each hash contains its parameters, so one script verifies both.
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { hashSync } from 'bcryptjs'

/** The format of a password hash: `$2b$…`, `pbkdf2_sha256$iterations$salt$base64` or `sha256$salt$hex`. */
export type PasswordFormat = 'bcrypt' | 'pbkdf2' | 'sha256'

/** One row of the legacy table, with the password in plain text. */
export type LegacyUser = {
  id: number
  email: string
  name: string
  password: string
  format: PasswordFormat
  email_verified: boolean
  disabled: boolean
}

const formats: readonly PasswordFormat[] = ['bcrypt', 'pbkdf2', 'sha256']
const given_names =
  'Ada Alan Annie Barbara Carl Claude Dana Dennis Donald Dorothy Edith Edsger Emmy Erna Frances Grace Hedy Ida Ivan Jean Joan John Katherine Ken Leslie Linus Lise Margaret Marie Mary Maurice Niklaus Olga Peter Radia Robin Sophie Tony Vera Wanda'.split(
    ' ',
  )
const family_names =
  'Archer Baker Bridge Carter Cooper Dyer Farmer Fisher Fletcher Ford Harbour Lake Mason Miller Moor Quay Reed Sailor Sawyer Shore Smith Tanner Turner Weaver Wright'.split(
    ' ',
  )
const expensive_hashes = 12

/**
 * All 1,000 users, the same ones at each call: distinct e-mail addresses under `legacy.example`, ids from 1, the three formats in turn.
 * Every 50th user is disabled and every 4th address is unverified, except for the first 12 users.
 */
export function legacyUsers(): LegacyUser[] {
  return Array.from({ length: given_names.length * family_names.length }, (_, index) => {
    const id = index + 1
    const given = given_names[index % given_names.length] ?? ''
    const family = family_names[Math.floor(index / given_names.length)] ?? ''
    return {
      id,
      email: `${given}.${family}@legacy.example`.toLowerCase(),
      name: `${given} ${family}`,
      password: `${family.toLowerCase()}-password-${String(id).padStart(4, '0')}`,
      format: formats[index % formats.length] ?? 'bcrypt',
      email_verified: isFirst(id) || id % 4 !== 0,
      disabled: !isFirst(id) && id % 50 === 0,
    }
  })
}

/** Hashes the password of a user in the user's format, with a new random salt at each call. */
export function hashPassword({ id, password, format }: LegacyUser): string {
  if (format === 'bcrypt') return hashSync(password, isFirst(id) ? 10 : 4)
  const salt = randomBytes(9).toString('base64url')
  if (format === 'sha256') {
    return `sha256$${salt}$${createHash('sha256')
      .update(salt + password)
      .digest('hex')}`
  }
  const iterations = isFirst(id) ? 390_000 : 1_000
  return `pbkdf2_sha256$${iterations}$${salt}$${pbkdf2Sync(password, salt, iterations, 32, 'sha256').toString('base64')}`
}

function isFirst(id: number): boolean {
  return id <= expensive_hashes
}
