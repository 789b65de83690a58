/**
 * The form in which identifiers are compared and stored here: trimmed, NFKC, lower case. Two people whose
 * identifiers differ in this form are two people, whatever a legacy store's collation says.
 */
export function canonicalIdentifier(identifier: string): string {
  return identifier.trim().normalize('NFKC').toLowerCase()
}
