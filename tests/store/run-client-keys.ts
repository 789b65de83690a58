import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { purgeAssertions } from '../../src/oauth/verify-client-assertion.ts'
import type { TestServer } from '../support/test-server.ts'

/** Lets a client authenticate with its key, and purges the assertions that were used. */
export async function runClientKeys(server: TestServer, audience: string): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const key = { credential_type: 'public_key', pem, kid: 'key-of-a-machine' }
  const { client_id } = await server.must('POST', 'clients', {
    name: 'with a key',
    grant_types: ['client_credentials'],
    client_authentication_methods: { private_key_jwt: { credentials: [key] } },
  })
  await server.createClientGrant(client_id, audience, 'all')
  const assertion = await new SignJWT({ iss: client_id, sub: client_id, aud: server.issuer, jti: 'first-use' })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid })
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(privateKey)
  const answer = await server.post('/oauth/token', {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    audience,
  })
  if (answer.status !== 200) throw new Error(`No token for the assertion: ${answer.text}`)
  const { db, tenant_id, clock } = server.internals
  await purgeAssertions(db, tenant_id, clock.now())
}
