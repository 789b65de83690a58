import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { openDoor, type Door } from './door.ts'
import type { Tour } from './sdk-tour.ts'

let door: Door
let seen: Record<'v2' | 'v4', ReturnType<typeof JSON.parse>>
let user_id: string
let tour: Tour

before(async () => {
  const { ca_file, cert_file, key_file } = await makeDevCert({ folder: tempFolder('certificate') })
  door = await openDoor({ tls: { cert_file, key_file } })
  const client = await door.client({ grant_types: ['password', 'client_credentials', 'refresh_token'] })
  const connection_id = await door.connection('users', [client])
  const audience = 'https://orders.test/'
  await door.resourceServer(audience, { scopes: [{ value: 'read:orders' }] })
  await door.clientGrant(client.client_id, audience, 'all')
  await door.settings({ default_directory: 'users' })
  tour = { domain: door.domain, ...client, realm: 'users', email: 'ada@example.com', password: 'pässword 🔑', audience }
  user_id = await door.user(connection_id, tour.email, tour.password)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(import.meta.dirname, 'sdk-tour.ts'), JSON.stringify(tour)],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: ca_file }, timeout: 60_000 },
  )
  seen = JSON.parse(stdout)
})

after(() => door.close())

for (const version of ['v2', 'v4'] as const) {
  describe(`Auth0's SDK ${version} over https`, () => {
    it('logs in with a password, and trusts the ID token', () => {
      const { login } = seen[version]
      const claims = decodeJwt(login.id_token)
      assert.equal(claims.sub, user_id)
      assert.equal(claims.iss, `https://${tour.domain}/`)
      assert.equal(claims.aud, tour.client_id)
      assert.equal(claims['email'], tour.email)
      assert.equal(login.token_type, 'Bearer')
    })

    it('gets a token for itself', () => {
      assert.equal(decodeJwt(seen[version].machine.access_token).sub, `${tour.client_id}@clients`)
    })

    it('reads why a login was refused', () => {
      const { refused, statusCode, said } = seen[version].wrong
      assert.deepEqual([refused, statusCode], [true, 403])
      assert.match(said, /Wrong email or password\./)
    })

    it('refreshes its tokens', () => {
      const { login, renewed } = seen[version]
      assert.ok(renewed.access_token && renewed.id_token && renewed.refresh_token)
      assert.notEqual(renewed.refresh_token, login.refresh_token)
    })

    it('signs somebody up', () => {
      assert.equal(seen[version].signed_up.email, `${version}@example.com`)
    })
  })
}

describe("Auth0's SDK", () => {
  it('v2 reads the profile and uses the default directory', () => {
    assert.equal(seen.v2.profile.sub, user_id)
    assert.equal(decodeJwt(seen.v2.default_directory.id_token).sub, user_id)
  })

  it('v2 and v4 ask for a reset, which is mailed', async () => {
    // Version 2 leaves out answers that are no JSON.
    assert.equal(seen.v4.reset, "We've just sent you an email to reset your password.")
    assert.equal((await door.logTypes()).filter((type) => type === 'scpr').length, 2)
  })

  it('v4 revokes a refresh token', () => {
    const { refused, statusCode, said } = seen.v4.revoked
    assert.deepEqual([refused, statusCode], [true, 403])
    assert.match(said, /Unknown or invalid refresh token\./)
  })
})
