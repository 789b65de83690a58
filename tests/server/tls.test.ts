import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { freePort } from '../support/free-port.ts'
import { startHouse } from '../support/house.ts'
import { tempFolder } from '../support/temp-folder.ts'

// Trust is read when Node starts, so https is asked for by a process of its own.
async function ask(url: string, ca_file: string): Promise<string> {
  const script = `fetch(process.argv[1]).then(async r => console.log(r.status, await r.text()), e => console.log(e.cause?.code))`
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ca_file }
  return (await promisify(execFile)(process.execPath, ['-e', script, url], { env })).stdout.trim()
}

test('with a certificate the server speaks https, and its issuer and every address in its metadata say so', async () => {
  const made = await makeDevCert({ folder: tempFolder('cert') })
  const port = await freePort()
  const issuer = `https://localhost:${port}/`
  const house = await startHouse({
    env: {
      WHERRY_PORT: String(port),
      WHERRY_PUBLIC_URL: issuer,
      WHERRY_TLS_CERT: made.cert_file,
      WHERRY_TLS_KEY: made.key_file,
    },
  })
  assert.equal(house.issuer, issuer)
  assert.equal(house.first_run.management_audience, `${issuer}api/v2/`)
  assert.ok(house.first_run.admin_setup_url.startsWith(issuer))
  const answer = await ask(`${issuer}.well-known/openid-configuration`, made.ca_file)
  assert.match(answer, /^200 /)
  const metadata = JSON.parse(answer.slice(4)) as Record<string, unknown>
  assert.equal(metadata['issuer'], issuer)
  for (const value of Object.values(metadata)) {
    if (typeof value === 'string' && value.includes('://')) assert.ok(value.startsWith(issuer), value)
  }
  assert.equal(await ask(`${issuer}health/live`, ''), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  await assert.rejects(fetch(`http://localhost:${port}/health/live`), 'plain http gets no answer')
  await house.close()
})
