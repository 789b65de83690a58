/**
 * The form in which identifiers are compared and stored: trimmed, NFKC, lower case. Two identifiers that differ in this
 * form name two users, also where a legacy store's collation treats them as equal.
 */
export function canonicalIdentifier(identifier: string): string {
  return identifier.trim().normalize('NFKC').toLowerCase()
}
