import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { decodeJwt } from 'jose'
import type { Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { runTrusting } from '../support/trusting-process.ts'
import { ada } from './ada.ts'
import type { SdkInput } from './sdk-calls.ts'

let server: TestServer
let answers: Record<'v2' | 'v4', Json>
let user_id: string
let input: SdkInput

before(async () => {
  server = await startTestServer({ https: true })
  const client = await server.createClient({ grant_types: ['password', 'client_credentials', 'refresh_token'] })
  await server.createConnection('users', { passwordPolicy: 'none' }, [client])
  const audience = 'https://orders.test/'
  await server.createResourceServer(audience, { scopes: [{ value: 'read:orders' }] })
  await server.createClientGrant(client.client_id, audience, 'all')
  await server.must('PATCH', 'tenants/settings', { default_directory: 'users' })
  input = { domain: server.host, ...client, realm: 'users', email: ada.email, password: 'pässword 🔑', audience }
  user_id = await server.createUser('users', { ...ada, password: input.password })
  const script = path.join(import.meta.dirname, 'sdk-calls.ts')
  answers = JSON.parse(await runTrusting(server.ca_file ?? '', [script, JSON.stringify(input)]))
})

after(() => server.close())

for (const version of ['v2', 'v4'] as const) {
  describe(`Auth0's SDK ${version} over https`, () => {
    it('logs in with a password, and trusts the ID token', () => {
      const { login } = answers[version]
      const claims = decodeJwt(login.id_token)
      assert.equal(claims.sub, user_id)
      assert.equal(claims.iss, `https://${input.domain}/`)
      assert.equal(claims.aud, input.client_id)
      assert.equal(claims['email'], input.email)
      assert.equal(login.token_type, 'Bearer')
    })

    it('gets a token for itself', () => {
      assert.equal(decodeJwt(answers[version].machine.access_token).sub, `${input.client_id}@clients`)
    })

    it('reads why a login was refused', () => {
      const { wrong } = answers[version]
      assert.deepEqual([wrong.refused, wrong.statusCode], [true, 403])
      assert.match(JSON.stringify(wrong), /Wrong email or password\./)
    })

    it('refreshes its tokens', () => {
      const { login, renewed } = answers[version]
      assert.ok(renewed.access_token && renewed.id_token && renewed.refresh_token)
      assert.notEqual(renewed.refresh_token, login.refresh_token)
    })

    it('signs a user up', () => {
      assert.equal(answers[version].signed_up.email, `${version}@example.com`)
    })
  })
}

describe("Auth0's SDK", () => {
  it('v2 reads the profile and uses the default directory', () => {
    assert.equal(answers.v2.profile.sub, user_id)
    assert.equal(decodeJwt(answers.v2.default_directory.id_token).sub, user_id)
  })

  it('v2 and v4 ask for a reset, which is mailed', async () => {
    // Version 2 drops answers that are not JSON.
    assert.equal(answers.v4.reset, "We've just sent you an email to reset your password.")
    assert.equal((await server.logTypes()).filter((type) => type === 'scpr').length, 2)
  })

  it('v4 revokes a refresh token', () => {
    const { revoked } = answers.v4
    assert.deepEqual([revoked.refused, revoked.statusCode], [true, 403])
    assert.match(JSON.stringify(revoked), /Unknown or invalid refresh token\./)
  })
})
