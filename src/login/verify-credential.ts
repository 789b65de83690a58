import { defined } from '../base/defined.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { HashError } from '../passwords/formats/index.ts'
import { current_format, type PasswordHash, type Passwords } from '../passwords/passwords.ts'
import type { Credential, FoundCredential } from '../users/find-credential.ts'
import { openForeignHash } from '../users/foreign-credential.ts'
import type { Authentication } from './authentication.ts'

/** Dependencies of `verifyCredential`. */
export type VerifyCredentialDeps = {
  sealer: Sealer
  passwords: Pick<Passwords, 'hash' | 'verify' | 'verifyDummy' | 'verifyForeign' | 'repeatForeign'>
}

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

const originOf = ({ connection_id }: Connection): string => `imported/${connection_id}`

/** Whether the password has an imported hash, or why that cannot be said. */
async function matchesForeign(
  { passwords, sealer }: VerifyCredentialDeps,
  connection: Connection,
  user_id: string,
  { hash, normalization }: Credential,
  password: string,
): Promise<boolean | { problem: string }> {
  const { tenant_id } = connection
  const stored = openForeignHash(sealer, { tenant_id, user_id }, hash)
  try {
    const foreign = { stored, recipes: undefined, normalization }
    return await passwords.verifyForeign(foreign, password, tenant_id, originOf(connection))
  } catch (error) {
    if (!(error instanceof HashError)) throw error
    return { problem: `The imported password hash cannot be verified: ${error.message}.` }
  }
}

/**
 * Verifies a password for which there is no credential, and returns false: it costs as much as that of a known user. On a connection with
 * imported hashes of another system, each failed login costs one of those and one of ours.
 */
export async function verifyUnknown(
  passwords: Pick<Passwords, 'verifyDummy' | 'repeatForeign'>,
  connection: Connection,
  password: string,
): Promise<false> {
  await passwords.verifyDummy(password, connection.tenant_id)
  if (connection.has_foreign_hashes) {
    await passwords.repeatForeign(password, connection.tenant_id, originOf(connection))
  }
  return false
}

async function matches(
  deps: VerifyCredentialDeps,
  connection: Connection,
  { user_id, credential }: FoundCredential,
  password: string,
): Promise<boolean | { problem: string }> {
  const { passwords } = deps
  const { tenant_id, has_foreign_hashes } = connection
  if (!credential) return await verifyUnknown(passwords, connection, password)
  if (credential.format === 'foreign') {
    const is_right = await matchesForeign(deps, connection, user_id, credential, password)
    if (is_right !== true) await passwords.verifyDummy(password, tenant_id)
    return is_right
  }
  if (await passwords.verify(credential, password, tenant_id)) return true
  if (has_foreign_hashes) await passwords.repeatForeign(password, tenant_id, originOf(connection))
  return false
}

/**
 * Verifies a password against the credential stored for a user. A user without a credential costs the same work. A right password is not
 * enough for a user whose legacy store had a second factor, unless the connection ignores these.
 */
export async function verifyCredential(
  deps: VerifyCredentialDeps,
  connection: Connection,
  found: FoundCredential,
  password: string,
): Promise<Authentication> {
  const { user_id, credential, linked } = found
  const is_right = await matches(deps, connection, found, password)
  if (is_right !== true || !credential) {
    const message = typeof is_right === 'object' ? { message: is_right.problem } : {}
    return { kind: 'refused', outcome: 'wrong_password', user_id, ...message, detail: {} }
  }
  if (found.blocked) return { kind: 'refused', outcome: 'blocked', user_id, detail: {} }
  if (found.has_second_factor && connection.options.ignore_legacy_second_factor !== true) {
    return { kind: 'refused', outcome: 'second_factor_unsupported', user_id, detail: {} }
  }
  const { credential_id, format, normalization } = credential
  const rehashed =
    format === current_format ? undefined : await rehash(deps.passwords, password, connection.tenant_id, normalization)
  return {
    kind: 'accepted',
    outcome: 'success',
    user: found.user(),
    credential_id,
    ...defined({ linked, rehashed }),
    detail: {},
  }
}
