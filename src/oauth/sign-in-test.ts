import { newSecret } from '../base/ids.ts'
import type { Clock } from '../base/clock.ts'
import type { ClientCache } from '../clients/client-cache.ts'
import { newSignInTestId, readSignInTest } from '../clients/sign-in-test.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Sealer } from '../keys/sealer.ts'
import { findCode, useCode } from '../sessions/authorization-codes.ts'
import { endSession } from '../sessions/end-sessions.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { userById } from '../users/user.ts'
import { idTokenClaims, type IdTokenContent } from './id-token.ts'
import { authenticationClaims } from './session-claims.ts'
import { readTokenChanges } from './token-changes.ts'

/** Dependencies of sign-in tests. */
export type SignInTestDeps = { db: Db; clock: Clock; sealer: Sealer; clients: Pick<ClientCache, 'clientOfLogin'> }

/** How long after its beginning a login of a test is accepted. */
export const sign_in_test_ms = 900_000

const client_id_max = 256
const scope = ['openid', 'profile', 'email']

/**
 * Begins a sign-in test of a connection, and answers the address of its login page. Nothing is stored.
 *
 * @param redirect_uri a page of the admin origin, which receives the code
 * @throws {Refusal} `invalid_request` where the address of the admin origin is too long
 */
export function beginSignInTest(
  { clock, sealer }: Pick<SignInTestDeps, 'clock' | 'sealer'>,
  { tenant_id, connection_id, name }: Pick<Connection, 'tenant_id' | 'connection_id' | 'name'>,
  { issuer, redirect_uri }: { issuer: string; redirect_uri: string },
): { client_id: string; state: string; url: string; expires_at: number } {
  const expires_at = clock.now() + sign_in_test_ms
  const client_id = newSignInTestId(sealer, tenant_id, { connection_id, redirect_uri, expires_at })
  if (client_id.length > client_id_max) {
    throw new Refusal('invalid_request', { message: 'The address of the admin origin is too long for a sign-in test.' })
  }
  const state = newSecret()
  const url = new URL('authorize', issuer)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri,
    connection: name,
    scope: scope.join(' '),
    // The person types the password, also in a browser that is signed in.
    prompt: 'login',
    state,
  }).toString()
  return { client_id, state, url: url.href, expires_at }
}

/**
 * Redeems the code of a sign-in test, once: what an ID token of this login would say. No token is issued, and the session of the test ends.
 *
 * @throws {Refusal} `invalid_request` for a code that is not of this test, was used, or has expired
 */
export async function completeSignInTest(
  deps: SignInTestDeps,
  { tenant, issuer, connection }: { tenant: Tenant; issuer: string; connection: Connection },
  { client_id, code }: { client_id: string; code: string },
): Promise<{ user_id: string; claims: ReturnType<typeof idTokenClaims> }> {
  const { db, clock } = deps
  const { tenant_id } = tenant
  const at = clock.now()
  const refused = new Refusal('invalid_request', {
    message: 'This code is not of this sign-in test, was used before, or has expired: sign in again.',
  })
  const test = readSignInTest(deps.sealer, tenant_id, client_id, at)
  const client = await deps.clients.clientOfLogin(tenant_id, client_id)
  const found = await findCode(db, tenant_id, code)
  if (!client || test?.connection_id !== connection.connection_id || found?.client_id !== client_id) throw refused
  const { user_id, session_id, code_digest, authenticated_at, amr, nonce, token_changes } = found
  const user = user_id === null ? undefined : await userById(db, tenant_id, user_id)
  if (!user || authenticated_at === null || amr === null) throw refused
  const is_first = await inTransaction(db, async (trx) => {
    if (!(await useCode(trx, { tenant_id, code_digest, family_id: null, at }))) return false
    await endSession(trx, tenant_id, session_id)
    return true
  })
  if (!is_first) throw refused
  const session = { session_id, authenticated_at, amr: JSON.parse(amr) as string[] }
  const content: IdTokenContent = {
    tenant,
    issuer,
    client,
    user,
    scope,
    authentication: authenticationClaims(session, nonce ?? undefined),
    custom_claims: readTokenChanges(token_changes),
  }
  return { user_id: user.user_id, claims: idTokenClaims(clock, content) }
}
