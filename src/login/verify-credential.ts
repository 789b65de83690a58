import type { Passwords } from '../passwords/passwords.ts'
import type { FoundCredential } from '../users/find-credential.ts'
import type { Authentication } from './authentication.ts'

/** Verifies a password against the credential stored for a user. A user without a credential costs the same work. */
export async function verifyCredential(
  passwords: Pick<Passwords, 'verify' | 'verifyDummy'>,
  found: FoundCredential,
  password: string,
): Promise<Authentication> {
  const { user_id, credential } = found
  const matches = credential ? await passwords.verify(credential, password) : await passwords.verifyDummy(password)
  if (!matches || !credential) return { kind: 'refused', outcome: 'wrong_password', user_id, detail: {} }
  if (found.blocked) return { kind: 'refused', outcome: 'blocked', user_id, detail: {} }
  const { credential_id } = credential
  return { kind: 'accepted', outcome: 'success', user: found.user(), credential_id, detail: {} }
}
