import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdminApi } from '../support/admin-api.ts'
import { send } from '../support/requests.ts'
import { startTestServer } from '../support/test-server.ts'

test('with a certificate the server speaks https, and its issuer and every address in its metadata say so', async () => {
  const server = await startTestServer({ https: true })
  const { issuer } = server
  assert.equal(issuer, `https://localhost:${server.port}/`)
  assert.equal(server.first_run.management_audience, `${issuer}api/v2/`)
  assert.ok(server.first_run.admin_setup_url?.startsWith(`${server.admin_url}/u/admin-setup?`))
  const { status, json } = await server.send('/.well-known/openid-configuration')
  assert.equal(status, 200)
  assert.equal(json.issuer, issuer)
  for (const value of Object.values(json)) {
    if (typeof value === 'string' && value.includes('://')) assert.ok(value.startsWith(issuer), value)
  }
  const of_admins = await createAdminApi(server).send('/.well-known/openid-configuration')
  assert.equal(of_admins.json.issuer, `${server.admin_url}/`)
  await assert.rejects(send(`${issuer}health/live`), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  await assert.rejects(send(`http://localhost:${server.port}/health/live`), 'plain http gets no answer')
  await server.close()
})

test('with an https issuer browsers are to use https only, except for a loopback host', async () => {
  const server = await startTestServer({ https: true })
  await server.must('POST', 'tenants', { name: 'acme', domain: 'acme.test' })
  const policyFor = async (path: string, host?: string): Promise<string | null> => {
    const answer = await server.send(path, host === undefined ? {} : { headers: { host } })
    return answer.headers.get('strict-transport-security')
  }
  for (const path of [
    '/',
    '/.well-known/openid-configuration',
    '/u/reset-verify?ticket=x',
    '/api/v2/users',
    '/nothing',
  ]) {
    assert.equal(await policyFor(path, 'acme.test'), 'max-age=31536000', path)
  }
  assert.equal(await policyFor('/'), null)
  await server.close()
  const without_tls = await startTestServer()
  await without_tls.must('POST', 'tenants', { name: 'acme', domain: 'acme.test' })
  const plain = await without_tls.send('/', { headers: { host: 'acme.test' } })
  assert.equal(plain.headers.get('strict-transport-security'), null)
  await without_tls.close()
})

test('behind a proxy that ends TLS, the https issuer decides', async () => {
  const server = await startTestServer({
    env: { WHERRY_PUBLIC_URL: 'https://id.example.test', WHERRY_ADMIN_URL: 'off' },
  })
  const answer = await send(`http://127.0.0.1:${server.port}/`, { headers: { host: 'id.example.test' } })
  assert.equal(answer.headers.get('strict-transport-security'), 'max-age=31536000')
  await server.close()
})
