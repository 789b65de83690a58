// The population of the demo's legacy store: who is in it, their passwords and how each password was kept.
// It knows nothing of servers or SQL.
//
// Every person has a password and a salt of their own. The work factors are honest but mixed: the few persons
// that the demo names have the hashes of a real system (bcrypt cost 10, PBKDF2 with 390,000 rounds); the crowd
// around them has cheap ones (bcrypt cost 4, PBKDF2 with 1,000 rounds), because a thousand real ones would
// keep a laptop busy for more than a minute before the story starts. All formats name their own parameters,
// so the same script verifies both.
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { hashSync } from 'bcryptjs'

/** How the legacy store kept a password: `$2b$…`, `pbkdf2_sha256$rounds$salt$base64` or `sha256$salt$hex`. */
export type PasswordFormat = 'bcrypt' | 'pbkdf2' | 'sha256'

/** One row of the legacy table, with the password that its owner would type. */
export type LegacyPerson = {
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
  'Archer Baker Bridge Carter Cooper Dyer Ferry Fisher Fletcher Ford Harbour Lake Mason Miller Moor Quay Rivers Sailor Sawyer Shore Smith Tanner Turner Weaver Wright'.split(
    ' ',
  )
const named_people = 12

/**
 * The first `count` persons, always the same ones: distinct e-mail addresses under `legacy.example`, ids from 1,
 * the three formats in turn. Every 50th person is disabled, every 4th has no verified address; the first 12 are neither.
 * Edges: 1 to 1,000 persons.
 */
export function legacyPeople(count: number): LegacyPerson[] {
  if (!Number.isInteger(count) || count < 1 || count > given_names.length * family_names.length) {
    throw new RangeError(`A legacy store holds 1 to ${given_names.length * family_names.length} users, not ${count}.`)
  }
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1
    const given = given_names[index % given_names.length] ?? ''
    const family = family_names[Math.floor(index / given_names.length)] ?? ''
    return {
      id,
      email: `${given}.${family}@legacy.example`.toLowerCase(),
      name: `${given} ${family}`,
      password: `${family.toLowerCase()}-crosses-${String(id).padStart(4, '0')}`,
      format: formats[index % formats.length] ?? 'bcrypt',
      email_verified: isNamed(id) || id % 4 !== 0,
      disabled: !isNamed(id) && id % 50 === 0,
    }
  })
}

/** The stored form of this person's password, with a new random salt each time. */
export function storedPassword({ id, password, format }: LegacyPerson): string {
  if (format === 'bcrypt') return hashSync(password, isNamed(id) ? 10 : 4)
  const salt = randomBytes(9).toString('base64url')
  if (format === 'sha256') {
    return `sha256$${salt}$${createHash('sha256')
      .update(salt + password)
      .digest('hex')}`
  }
  const rounds = isNamed(id) ? 390_000 : 1_000
  return `pbkdf2_sha256$${rounds}$${salt}$${pbkdf2Sync(password, salt, rounds, 32, 'sha256').toString('base64')}`
}

function isNamed(id: number): boolean {
  return id <= named_people
}
