import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { startPostgres } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { send } from '../support/requests.ts'
import { startServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi } from '../support/tenant-api.ts'

const WHERRY_SECRET_KEY = 'a sealing key for tests, long enough'

test('two processes that start concurrently on one empty PostgreSQL create one tenant with one client, and both serve it', async () => {
  const postgres = await startPostgres()
  const ports = [await freePort(), await freePort()]
  const folders = [tempFolder('one'), tempFolder('two')]
  const start = (index: number) =>
    startServerProcess({
      env: {
        DATABASE_URL: postgres.url,
        WHERRY_SECRET_KEY,
        WHERRY_PORT: String(ports[index]),
        WHERRY_DATA_DIR: folders[index] ?? '',
        WHERRY_PUBLIC_URL: `http://127.0.0.1:${ports[0]}`,
        WHERRY_ADMIN_URL: 'http://admins.example',
      },
    })
  const servers = await Promise.all([start(0), start(1)])
  const count = async (table: string, where = 'true'): Promise<number> =>
    Number((await postgres.query<{ n: string }>(`select count(*) as n from ${table} where ${where}`))[0]?.n)
  assert.equal(await count('tenants'), 2, 'the default tenant and the system tenant')
  assert.equal(await count('clients', 'is_global = 0'), 2, 'the management client and that of the admin origin')
  assert.equal(await count('clients', 'is_global = 1'), 1)
  assert.equal(await count('client_grants'), 1)
  assert.equal(await count('signing_keys', "state = 'current'"), 1)
  assert.equal(await count('tickets'), 1, 'one set-up link')

  const files = folders.filter((folder) => existsSync(join(folder, 'first-run.json')))
  assert.equal(files.length, 1, 'one of them wrote the file')
  const writer = servers.find((server) => server.data_dir === files[0])
  assert.ok(writer)
  const first_run = writer.firstRun()
  const welcomes = servers.filter((server) => server.lines().some((line) => line.includes('What to do next')))
  assert.deepEqual(welcomes, [writer])

  for (const port of ports) {
    const host = `127.0.0.1:${ports[0]}`
    const ready = await send(`http://127.0.0.1:${port}/health/ready`)
    assert.equal(ready.status, 200)
    for (const each of [host, 'admins.example']) {
      const keys = await send(`http://127.0.0.1:${port}/.well-known/jwks.json`, { headers: { host: each } })
      assert.equal(keys.status, 200)
    }
  }
  assert.equal((await createTenantApi(addressOf(first_run)).requestToken()).status, 200)
  assert.deepEqual(await Promise.all(servers.map((server) => server.stop())), [0, 0])

  // Restarted together, in the other order: they create and write nothing.
  const before = await count('installation')
  const again = await Promise.all([start(1), start(0)])
  assert.equal(await count('tenants'), 2, 'the default tenant and the system tenant')
  assert.equal(await count('tickets'), 1)
  assert.equal(await count('installation'), before)
  assert.equal(folders.filter((folder) => existsSync(join(folder, 'first-run.json'))).length, 1)
  await Promise.all(again.map((server) => server.stop()))
  await postgres.stop()
})
