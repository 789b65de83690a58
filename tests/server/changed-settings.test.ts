import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { logEntries, startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'
import { withStore } from './stopped-store.ts'

test('a changed address, scheme and plan apply at the next start: new issuer, same client, new addresses in first-run.json', async () => {
  const [port, other_port] = [await freePort(), await freePort()]
  const data_dir = tempFolder('settings')
  const [admin_url, other_admin_url] = [await freeAdminUrl(), await freeAdminUrl()]
  const start = (env: Record<string, string>) =>
    startServerProcess({
      env: { WHERRY_DATA_DIR: data_dir, WHERRY_PORT: String(port), WHERRY_ADMIN_URL: admin_url, ...env },
    })
  const planNow = (): Promise<string | undefined> =>
    withStore(
      data_dir,
      async (db) =>
        (await db.selectFrom('tenants').select('plan').where('is_default', '=', 1).executeTakeFirst())?.plan,
    )

  const first = await start({ WHERRY_PLAN: 'developer' })
  const before = first.firstRun()
  await first.stop()
  assert.equal(await planNow(), 'developer')

  const second = await start({
    WHERRY_PUBLIC_URL: `http://127.0.0.1:${other_port}`,
    WHERRY_PORT: String(other_port),
    WHERRY_ADMIN_URL: other_admin_url,
  })
  const after: FirstRun = second.firstRun()
  const moved: FirstRun = {
    ...before,
    issuer: `http://127.0.0.1:${other_port}/`,
    management_audience: `http://127.0.0.1:${other_port}/api/v2/`,
    admin_setup_url: String(before.admin_setup_url).replace(admin_url, other_admin_url),
  }
  assert.deepEqual(after, moved)
  assert.equal(statSync(join(data_dir, 'first-run.json')).mode & 0o777, 0o600)
  const tenant = createTenantApi(addressOf(after))
  const access_token = await tenant.managementToken()
  assert.equal(decodeJwt(access_token).iss, after.issuer)
  assert.equal((await tenant.api('GET', 'users')).status, 200)
  const earlier = createTenantApi(addressOf({ ...after, management_audience: before.management_audience }))
  assert.equal((await earlier.requestToken()).status, 403)
  assert.ok(logEntries(second.lines()).some((line) => String(line['msg']).includes('address of a tenant changed')))
  await second.stop()
  assert.equal(await planNow(), 'enterprise')

  // The same host behind a proxy that speaks https.
  const third = await start({
    WHERRY_PUBLIC_URL: `https://127.0.0.1:${other_port}`,
    WHERRY_PORT: String(other_port),
    WHERRY_ADMIN_URL: '',
  })
  const https = third.firstRun()
  assert.equal(https.management_audience, `https://127.0.0.1:${other_port}/api/v2/`)
  assert.equal(https.admin_setup_url, undefined, 'behind a proxy there is no default for the address of admins')
  const behind_proxy = createTenantApi(addressOf(https, third.origin))
  assert.equal((await behind_proxy.requestToken()).status, 200, 'the grant has the new audience')
  await third.stop()

  // A file that the operator replaced is left alone.
  writeFileSync(join(data_dir, 'first-run.json'), 'moved to the vault')
  const fourth = await start({ WHERRY_PUBLIC_URL: `http://127.0.0.1:${port}` })
  await fourth.stop()
  assert.equal(readFileSync(join(data_dir, 'first-run.json'), 'utf8'), 'moved to the vault')
})
