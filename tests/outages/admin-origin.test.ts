// The own PostgreSQL fails: the admin origin still opens the dashboard, which says itself that the store cannot be reached.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cache_ttl_ms } from '../../src/store/read-cache.ts'
import { openDashboard, type OpenDashboard } from '../support/dashboard.ts'
import { startPostgres } from '../support/postgres.ts'
import type { DatabaseServer } from '../support/test-database.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let database: DatabaseServer
let proxy: TcpProxy
let dashboard: OpenDashboard

before(async () => {
  database = await startPostgres()
  proxy = await startTcpProxy(database.port)
  const url = new URL(database.url)
  url.port = String(proxy.port)
  dashboard = await openDashboard({
    env: { DATABASE_URL: url.href, WHERRY_SECRET_KEY: randomUUID() + randomUUID() },
  })
})
after(async () => {
  await dashboard?.close()
  await proxy?.close()
  await database?.stop()
})

for (const fault of ['down', 'hang'] as const) {
  test(`${fault}: a page of the dashboard opens in time, says that the store cannot be reached, and works again afterwards`, async () => {
    const { page, admins } = dashboard
    await dashboard.goto('users')
    await page.getByRole('heading', { name: 'Users', exact: true }).waitFor()
    await proxy.set(fault)
    await sleep(cache_ttl_ms + 1000)
    // A page that is open says it, too, over what it shows.
    await page.getByRole('link', { name: 'Applications' }).click()
    const banner = page.getByRole('alert').filter({ hasText: 'The server cannot write to its store since' })
    await banner.getByText(/^It cannot be read, either/).waitFor()
    const asked_at = performance.now()
    const opened = await dashboard.goto('users')
    assert.equal(opened?.status(), 200)
    assert.equal(await page.locator('#root').count(), 1)
    await page.getByText('The server cannot reach its own store right now').waitFor()
    const took_ms = performance.now() - asked_at
    assert.ok(took_ms < 30_000, `${took_ms} ms`)
    // What is no page of the dashboard is refused as before, and a foreign host by its name.
    assert.equal((await admins.send('/u/admin-setup?ticket=none')).status, 503)
    assert.equal((await admins.send('/', { headers: { host: 'elsewhere.example' } })).status, 404)
    await proxy.set('pass')
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('heading', { name: 'Users', exact: true }).waitFor()
    await banner.waitFor({ state: 'detached' })
  })
}
