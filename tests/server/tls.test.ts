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
