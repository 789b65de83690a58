import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { needsHttps } from '../../src/config/admin-url.ts'
import { readConfig } from '../../src/config/config.ts'
import { adminOriginOf } from '../../src/server/admin-origin.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { runCommandHere } from '../support/command-here.ts'
import { freePort } from '../support/free-port.ts'
import { send } from '../support/requests.ts'
import { logEntries, runCommand, startServerProcess } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('the address of admins that follows from the settings', () => {
  const originOf = (env: Record<string, string>, port = 3000) => {
    const config = readConfig(env)
    const scheme = config.tls || config.public_url?.startsWith('https:') ? 'https' : 'http'
    return adminOriginOf(config, { scheme }, port)
  }
  const tls = { WHERRY_TLS_CERT: 'cert.pem', WHERRY_TLS_KEY: 'key.pem' }

  test('is by default the port after, on the loopback host of the public address', () => {
    const at = (domain: string, port = 3001) => ({ domain, port, is_default: true })
    assert.deepEqual(originOf({}), at('localhost:3001'))
    assert.deepEqual(originOf({ WHERRY_PUBLIC_URL: 'http://127.0.0.1:3000' }), at('127.0.0.1:3001'))
    assert.deepEqual(originOf({ WHERRY_PUBLIC_URL: 'http://[::1]:3000' }), at('[::1]:3001'))
    assert.deepEqual(originOf({ WHERRY_PUBLIC_URL: 'http://localhost:8080' }), at('localhost:3001'))
    assert.deepEqual(originOf({ WHERRY_PUBLIC_URL: 'https://localhost:3000', ...tls }), at('localhost:3001'))
    assert.deepEqual(originOf({}, 79), at('localhost', 80))
  })

  test('is undefined where there is no default, with the reason', () => {
    for (const [env, port] of [
      [{ WHERRY_PUBLIC_URL: 'http://login.example' }],
      [{ WHERRY_PUBLIC_URL: 'https://localhost' }],
      [{ WHERRY_PUBLIC_URL: 'http://localhost:3001' }],
      [{ WHERRY_ADMIN_URL: 'off' }],
      [{}, 65_535],
    ] as [Record<string, string>, number?][]) {
      const origin = originOf(env, port)
      assert.match('missing' in origin ? origin.missing : '', /WHERRY_ADMIN_URL/, JSON.stringify(env))
    }
  })

  test('needs https, except on this machine', () => {
    for (const url of ['http://admins.example/', 'http://192.168.1.5:3001/']) assert.equal(needsHttps(url), true, url)
    for (const url of [
      'https://admins.example/',
      'http://localhost:3001/',
      'http://admins.localhost/',
      'http://[::1]/',
    ])
      assert.equal(needsHttps(url), false, url)
  })

  test('has a port of its own only where requests reach this server directly', () => {
    const cases: [Record<string, string>, string, number | undefined][] = [
      [{ WHERRY_ADMIN_URL: 'http://localhost:4000' }, 'localhost:4000', 4000],
      [{ WHERRY_ADMIN_URL: 'http://127.0.0.1' }, '127.0.0.1', 80],
      [{ WHERRY_ADMIN_URL: 'http://admins.localhost:3000' }, 'admins.localhost:3000', undefined],
      [{ WHERRY_ADMIN_URL: 'http://admins.example' }, 'admins.example', undefined],
      [
        { WHERRY_ADMIN_URL: 'https://localhost:4000', WHERRY_PUBLIC_URL: 'https://localhost:8443' },
        'localhost:4000',
        undefined,
      ],
      [{ WHERRY_ADMIN_URL: 'https://localhost:4000', ...tls }, 'localhost:4000', 4000],
    ]
    for (const [env, domain, port] of cases) assert.deepEqual(originOf(env), { domain, port, is_default: false })
  })
})

async function listenOnAnyPort(): Promise<{ port: number; close(): void }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
}

test('a default port that is in use is left out, with the reason in the log and in the welcome text; a port that was set is an error', async () => {
  const taken = await listenOnAnyPort()
  const server = await startServerProcess({ env: { WHERRY_PORT: String(taken.port - 1), WHERRY_ADMIN_URL: '' } })
  const reason = `Port ${taken.port}, the default of WHERRY_ADMIN_URL, is in use.`
  assert.equal(server.firstRun().admin_setup_url, undefined)
  assert.ok(logEntries(server.lines()).some((line) => line['reason'] === reason && line['level'] === 40))
  const printed = server.lines().join('\n')
  assert.ok(printed.includes(`There is no address for admins. ${reason}`), printed)
  assert.match(printed, /set WHERRY_ADMIN_URL, start again, and print a set-up link with the command admin-link/)
  const page = await send(`http://localhost:${server.port}/u/admin-setup?ticket=x`)
  assert.equal(page.status, 404)
  assert.match(page.text, /set WHERRY_ADMIN_URL/)
  await server.stop()
  const link = await runCommandHere(['admin-link'], { env: server.env })
  assert.deepEqual([link.status, link.stdout], [1, ''])
  assert.match(link.stderr, /set WHERRY_ADMIN_URL and start the server once/)
  const made = await runCommandHere(['tenants', 'create', '--name', 'two', '--domain', 'two.test'], { env: server.env })
  assert.equal(made.status, 0)
  assert.doesNotMatch(made.stdout, /admin_setup_url/)
  assert.match(made.stderr, /The domain two\.test has no port.*--domain two\.test:\d+\.$/m)

  const set = await runCommand(['serve'], {
    env: {
      WHERRY_PORT: '0',
      WHERRY_DATA_DIR: tempFolder('set'),
      WHERRY_ADMIN_URL: `http://127.0.0.1:${taken.port}`,
    },
  })
  taken.close()
  assert.equal(set.status, 1)
  assert.match(set.stderr, new RegExp(`in use already.*:${taken.port}.*WHERRY_ADMIN_URL`))
})

test('the port of the server can become the port of admins and the other way round', async () => {
  const port = await freePort()
  const data_dir = tempFolder('swapped')
  const run = async (env: Record<string, string>): Promise<{ issuer: string; admin: string | undefined }> => {
    const server = await startServerProcess({ env: { WHERRY_DATA_DIR: data_dir, WHERRY_ADMIN_URL: '', ...env } })
    const { issuer, admin_setup_url } = server.firstRun()
    const admin = admin_setup_url && new URL(admin_setup_url).origin
    if (admin !== undefined) assert.equal((await send(`${admin}/`)).status, 200)
    assert.equal((await send(issuer)).status, 200)
    await server.stop()
    return { issuer, admin }
  }
  const [origin, next_origin] = [`http://localhost:${port}`, `http://localhost:${port + 1}`]
  assert.deepEqual(await run({ WHERRY_PORT: String(port) }), { issuer: `${origin}/`, admin: next_origin })
  assert.deepEqual(await run({ WHERRY_PORT: String(port + 1), WHERRY_ADMIN_URL: origin }), {
    issuer: `${next_origin}/`,
    admin: origin,
  })
  assert.deepEqual(await run({ WHERRY_PORT: String(port) }), { issuer: `${origin}/`, admin: next_origin })
  assert.deepEqual(await run({ WHERRY_PORT: String(port + 1), WHERRY_ADMIN_URL: 'off' }), {
    issuer: `${next_origin}/`,
    admin: undefined,
  })
})

test('the port of admins answers health checks and closes with the server', async () => {
  const admin_url = await freeAdminUrl()
  const server = await startServerProcess({ env: { WHERRY_ADMIN_URL: admin_url } })
  assert.ok(logEntries(server.lines()).some((line) => line['admin_url'] === `${admin_url}/`))
  for (const path of ['live', 'ready']) {
    assert.equal((await send(`${admin_url}/health/${path}`, { headers: { host: 'any.test' } })).status, 200)
  }
  assert.equal(await server.stop(), 0)
  await assert.rejects(send(`${admin_url}/health/live`), { code: 'ECONNREFUSED' })
})

test('an admin origin with the host of a tenant is refused', async () => {
  const server = await startServerProcess({ env: { WHERRY_ADMIN_URL: 'off' } })
  await server.stop()
  const create = ['tenants', 'create', '--name', 'two', '--domain', 'two.test']
  assert.equal((await runCommandHere(create, { env: server.env })).status, 0)
  const refused = await runCommand(['serve'], { env: { ...server.env, WHERRY_ADMIN_URL: 'http://two.test' } })
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /The admin origin cannot have the host two\.test.*WHERRY_ADMIN_URL/)
})
