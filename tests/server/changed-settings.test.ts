import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { logLines, managementToken, startServer, withStore } from './server-process.ts'

test('a changed address, scheme and plan are followed: new issuer, same client, and the file tells the new addresses', async () => {
  const [port, other_port] = [await freePort(), await freePort()]
  const data_dir = tempFolder('moving')
  const start = (env: Record<string, string>) =>
    startServer({ env: { WHERRY_DATA_DIR: data_dir, WHERRY_PORT: String(port), ...env } })
  const planNow = (): Promise<string | undefined> =>
    withStore(data_dir, async (db) => (await db.selectFrom('tenants').select('plan').executeTakeFirst())?.plan)

  const first = await start({ WHERRY_PLAN: 'developer' })
  const before = first.firstRun()
  await first.stop()
  assert.equal(await planNow(), 'developer')

  const second = await start({ WHERRY_PUBLIC_URL: `http://127.0.0.1:${other_port}`, WHERRY_PORT: String(other_port) })
  const after = second.firstRun()
  assert.deepEqual(after, {
    ...before,
    issuer: `http://127.0.0.1:${other_port}/`,
    management_audience: `http://127.0.0.1:${other_port}/api/v2/`,
    admin_setup_url: before.admin_setup_url.replace(before.issuer, `http://127.0.0.1:${other_port}/`),
  })
  assert.equal(statSync(join(data_dir, 'first-run.json')).mode & 0o777, 0o600)
  const answer = await managementToken(after)
  const { access_token } = answer.json<{ access_token: string }>()
  assert.equal(decodeJwt(access_token).iss, after.issuer)
  const headers = { authorization: `Bearer ${access_token}` }
  assert.equal((await fetch(`${after.issuer}api/v2/users`, { headers })).status, 200)
  assert.equal((await managementToken({ ...after, management_audience: before.management_audience })).status, 403)
  assert.ok(logLines(second.lines).some((line) => String(line['msg']).includes('address of a tenant changed')))
  await second.stop()
  assert.equal(await planNow(), 'enterprise')

  // The same host behind a proxy that speaks https.
  const third = await start({ WHERRY_PUBLIC_URL: `https://127.0.0.1:${other_port}`, WHERRY_PORT: String(other_port) })
  const https = third.firstRun()
  assert.equal(https.management_audience, `https://127.0.0.1:${other_port}/api/v2/`)
  const plain = { ...https, issuer: `http://127.0.0.1:${other_port}/` }
  assert.equal((await managementToken(plain)).status, 200, 'the grant followed the scheme')
  await third.stop()

  // What the operator made of the file is left alone.
  writeFileSync(join(data_dir, 'first-run.json'), 'moved to the vault')
  const fourth = await start({ WHERRY_PUBLIC_URL: `http://127.0.0.1:${port}` })
  await fourth.stop()
  assert.equal(readFileSync(join(data_dir, 'first-run.json'), 'utf8'), 'moved to the vault')
})
