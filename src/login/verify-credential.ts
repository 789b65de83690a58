import { Refusal } from '../contract/refusal.ts'
import { current_format, type PasswordHash, type Passwords } from '../passwords/passwords.ts'
import type { FoundCredential } from '../users/find-credential.ts'
import type { Authentication } from './authentication.ts'

/** The hash of the password in the current format; undefined where the server is overloaded: the next login tries again. */
async function rehash(
  passwords: Pick<Passwords, 'hash'>,
  password: string,
  tenant_id: string,
  normalization: PasswordHash['normalization'],
): Promise<PasswordHash | undefined> {
  try {
    return await passwords.hash(password, tenant_id, normalization)
  } catch (error) {
    if (error instanceof Refusal && error.code === 'overloaded') return undefined
    throw error
  }
}

/** Verifies a password against the credential stored for a user. A user without a credential costs the same work. */
export async function verifyCredential(
  passwords: Pick<Passwords, 'hash' | 'verify' | 'verifyDummy'>,
  found: FoundCredential,
  password: string,
  tenant_id: string,
): Promise<Authentication> {
  const { user_id, credential } = found
  const matches = credential
    ? await passwords.verify(credential, password, tenant_id)
    : await passwords.verifyDummy(password, tenant_id)
  if (!matches || !credential) return { kind: 'refused', outcome: 'wrong_password', user_id, detail: {} }
  if (found.blocked) return { kind: 'refused', outcome: 'blocked', user_id, detail: {} }
  const { credential_id, format, normalization } = credential
  const rehashed = format === current_format ? undefined : await rehash(passwords, password, tenant_id, normalization)
  return {
    kind: 'accepted',
    outcome: 'success',
    user: found.user(),
    credential_id,
    ...(rehashed && { rehashed }),
    detail: {},
  }
}
