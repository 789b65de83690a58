/**
 * The longest text that `canonicalIdentifier` accepts and returns, in UTF-16 code units. NFKC takes time that grows with the square of a
 * run of combining marks, and makes up to 18 characters of one.
 */
export const canonical_identifier_max = 1024

/** The longest identifier in UTF-16 code units, which is that of an e-mail address (RFC 5321 section 4.5.3.1.3). */
export const identifier_max = 254

/** A text that is too long to be an identifier. */
export class IdentifierTooLong extends Error {
  constructor() {
    super(`An identifier has at most ${identifier_max} characters`)
    this.name = 'IdentifierTooLong'
  }
}

/**
 * The form in which identifiers are compared and stored: trimmed, NFKC, lower case. Two identifiers that differ in this
 * form name two users, also where a legacy store's collation treats them as equal.
 *
 * @throws {IdentifierTooLong} where the text, or its canonical form, is longer than `canonical_identifier_max`
 */
export function canonicalIdentifier(identifier: string): string {
  const trimmed = identifier.trim()
  if (trimmed.length > canonical_identifier_max) throw new IdentifierTooLong()
  const canonical = trimmed.normalize('NFKC').toLowerCase()
  if (canonical.length > canonical_identifier_max) throw new IdentifierTooLong()
  return canonical
}

/**
 * Why a text cannot be an identifier that users log in with, as the end of a sentence about it; undefined where it can be one. Characters
 * that are not displayed would make variants of one name, which a legacy store may treat as equal (Unicode Standard, section 5.21).
 */
export function identifierProblem(identifier: string): string | undefined {
  const too_long = `is longer than ${identifier_max} characters`
  if (identifier.length > identifier_max) return too_long
  if (/\p{Cc}/u.test(identifier)) return 'holds control characters'
  if (/\p{Default_Ignorable_Code_Point}/u.test(identifier)) return 'holds invisible characters'
  return canonicalIdentifier(identifier).length > identifier_max ? too_long : undefined
}
