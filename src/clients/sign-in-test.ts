import { isSignInTest, sign_in_test_prefix } from '../base/sign-in-test-id.ts'
import { newClientDefaults } from '../contract/client.ts'
import { SealBroken, type Sealer } from '../keys/sealer.ts'
import type { Client } from './client.ts'

/** A sign-in of a test person, which an admin makes with one connection. `expires_at` is in epoch milliseconds. */
export type SignInTest = { connection_id: string; redirect_uri: string; expires_at: number }

/** The name of the client of sign-in tests, as log events, rules and pages show it. */
export const sign_in_test_name = 'Try Connection'

const aadOf = (tenant_id: string): string => `${tenant_id}/sign-in-test`

/**
 * The client_id of a sign-in test. Its client is not stored: the id itself is sealed, and says which connection it is of and until when.
 */
export function newSignInTestId(sealer: Sealer, tenant_id: string, test: SignInTest): string {
  const { connection_id, redirect_uri, expires_at } = test
  const sealed = sealer.seal(JSON.stringify([connection_id, redirect_uri, expires_at]), aadOf(tenant_id))
  return `${sign_in_test_prefix}${Buffer.from(sealed).toString('base64url')}`
}

/** The sign-in test of a client_id; undefined for any other client_id, and for a test that has expired by `now`. */
export function readSignInTest(
  sealer: Sealer,
  tenant_id: string,
  client_id: string,
  now: number,
): SignInTest | undefined {
  if (!isSignInTest(client_id)) return undefined
  try {
    const sealed = Buffer.from(client_id.slice(sign_in_test_prefix.length), 'base64url').toString()
    const [connection_id, redirect_uri, expires_at] = JSON.parse(sealer.open(sealed, aadOf(tenant_id))) as unknown[]
    if (typeof connection_id !== 'string' || typeof redirect_uri !== 'string') return undefined
    return typeof expires_at === 'number' && now < expires_at ? { connection_id, redirect_uri, expires_at } : undefined
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** The client of a sign-in test: a code goes to the admin origin, and the token endpoint does not know it. */
export function signInTestClient(tenant_id: string, client_id: string, { redirect_uri }: SignInTest): Client {
  return {
    tenant_id,
    client_id,
    name: sign_in_test_name,
    secret_sealed: '',
    is_global: false,
    data: {
      ...newClientDefaults,
      is_first_party: true,
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_post',
      callbacks: [redirect_uri],
    },
    created_at: 0,
    updated_at: 0,
  }
}
