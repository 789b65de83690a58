import { no_token_changes, type TokenChanges } from '../rules/post-login.ts'

/** What post-login steps changed, for the row of the code of their login; null where they changed nothing. */
export function writeTokenChanges(changes: TokenChanges): string | null {
  return changes === no_token_changes ? null : JSON.stringify(changes)
}

/** What post-login steps changed in the login that a code was issued for. */
export function readTokenChanges(stored: string | null): TokenChanges {
  return stored === null ? no_token_changes : (JSON.parse(stored) as TokenChanges)
}
