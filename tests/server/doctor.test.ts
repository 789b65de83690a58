import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { readConfig } from '../../src/config/config.ts'
import { checkAddresses } from '../../src/server/doctor/check-addresses.ts'
import { judgeSpace } from '../../src/server/doctor/check-disk.ts'
import { checkProxy } from '../../src/server/doctor/check-proxy.ts'
import { checkTls } from '../../src/server/doctor/check-tls.ts'
import type { Examination } from '../../src/server/doctor/examine.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { withCommandDeps } from '../../src/server/command-deps.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { runCommandHere } from '../support/command-here.ts'
import { freePort } from '../support/free-port.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { withStore } from './stopped-store.ts'

let server: TestServer
before(async () => {
  const WHERRY_ADMIN_URL = await freeAdminUrl('http://localhost')
  server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'false', WHERRY_ADMIN_URL } })
})
after(() => server?.close())

/** Runs `doctor` with further settings: its exit status, and the findings of each check as `level message`. */
async function examined(env: Record<string, string> = {}) {
  const { status, stdout, stderr } = await runCommandHere(['doctor', '--json'], { env: { ...server.env, ...env } })
  assert.equal(stderr, '')
  const { level, findings } = JSON.parse(stdout) as Examination
  const of = (check: string): string =>
    findings
      .filter((finding) => finding.check === check)
      .map((finding) => `${finding.level} ${finding.message}`)
      .join('\n')
  return { status, level, findings, of }
}

describe('doctor of a running server', () => {
  it('checks store, clock, keys, mail, sandbox, TLS, addresses, disk and proxies, and says what to do', async () => {
    await server.send('/health/live', { headers: { 'x-forwarded-for': '192.0.2.1' } })
    const { status, level, findings, of } = await examined()
    const checks = ['store', 'clock', 'keys', 'sandbox', 'address', 'mail', 'tls', 'disk', 'proxy']
    assert.deepEqual([...new Set(findings.map(({ check }) => check))], checks)
    assert.deepEqual([status, level], [0, 'warning'], JSON.stringify(findings))
    assert.match(
      of('store'),
      /^ok The embedded store in .* has the schema version \d+\.\nok A row was written and synced/,
    )
    assert.match(of('keys'), /^ok The sealing key, in .*secret\.key: .* of 2 tenants\.$/)
    assert.match(of('sandbox'), /A script ran in \d+ ms/)
    assert.match(of('tls'), /^ok The server speaks http/)
    assert.match(
      of('address'),
      /^ok http:\/\/127\.0\.0\.1:\d+\/ answers for the default tenant\.\nok .* answers for admins\.$/,
    )
    assert.match(of('mail'), /^warning No mail server is set/)
    assert.match(of('proxy'), /^warning A request from \S+ had the header x-forwarded-for/)
    assert.ok(findings.every(({ level: of_one, advice }) => of_one === 'ok' || (advice ?? '').length > 10))
    const { stdout } = await runCommandHere(['doctor'], { env: server.env })
    assert.match(stdout, /\nWARNING mail {6}No mail server is set.*\n +→ Set WHERRY_SMTP_URL/)
    assert.match(stdout, /\n\d+ ok, \d+ warnings?, 0 failures\n$/)
  })
})

describe('doctor without a server', () => {
  before(() => server.stop())

  it('checks the store and the settings, and a mail server that cannot be reached is a failure', async () => {
    const smtp = `smtp://127.0.0.1:${await freePort()}`
    chmodSync(server.data_dir, 0o755)
    const { status, of } = await examined({ WHERRY_SMTP_URL: smtp })
    chmodSync(server.data_dir, 0o700)
    assert.equal(status, 1)
    assert.match(
      of('mail'),
      /^failure The mail server 127\.0\.0\.1:\d+ cannot be used\. The mail server .*\nwarning Mail is sent from .*@localhost/,
    )
    assert.match(of('address'), /^warning No server uses /)
    assert.match(of('disk'), /\nwarning Other users of this machine may open .* \(mode 755\)\.$/)
  })

  it('reports a store that cannot be opened, wrong settings, and a clock that was set back', async () => {
    const other_key = await examined({ WHERRY_SECRET_KEY: 'another sealing key of 32 characters or more' })
    assert.equal(other_key.status, 1)
    assert.match(other_key.of('store'), /^failure The sealing key in WHERRY_SECRET_KEY is not the one/)
    assert.match(other_key.of('disk'), /^ok /, 'what needs no store is checked')
    const nowhere = await examined({ WHERRY_DATA_DIR: `${tempFolder('nowhere')}/data` })
    assert.match(nowhere.of('store'), /^failure There is no store in /)
    const wrong = await examined({ WHERRY_PORT: 'x', WHERRY_PRT: '1' })
    assert.deepEqual([wrong.status, wrong.findings.length], [1, 1])
    assert.match(wrong.of('settings'), /WHERRY_PORT .* WHERRY_PRT is not a setting/)

    await withStore(server.data_dir, (db) =>
      db
        .updateTable('jobs')
        .set({ updated_at: Date.now() + 3_600_000 })
        .where('job_id', '=', 'purge_every_hour')
        .execute(),
    )
    assert.match((await examined()).of('clock'), /^failure The clock was set back: it shows /)
  })

  it('finds an address at which another program answers, or none', async () => {
    const stranger = createServer((_request, response) => void response.end('{"issuer":"http://elsewhere/"}')).listen(
      0,
      '127.0.0.1',
    )
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    const config = readConfig(server.env)
    await withCommandDeps(config, async (deps) => {
      const checkAt = async (domain: string): Promise<string> => {
        await deps.db.updateTable('tenants').set({ domain }).where('is_default', '=', 1).execute()
        const [of_tenant] = await checkAddresses({ ...deps, in_server: true })
        return `${of_tenant?.level} ${of_tenant?.message}`
      }
      assert.match(
        await checkAt(`127.0.0.1:${port}`),
        /^failure .* answers with the issuer http:\/\/elsewhere\/, and not/,
      )
      assert.match(
        await checkAt(`127.0.0.1:${await freePort()}`),
        /^failure .* cannot be reached from this machine: .*ECONNREFUSED/,
      )
    })
    stranger.close()
  })

  it('finds a host name that admins share with a tenant, unless it is this machine’s own [guard: doctor-shared-host]', async () => {
    await withCommandDeps(readConfig(server.env), async (deps) => {
      const sharedBy = async (of_tenant: string, of_admins: string): Promise<string | undefined> => {
        await deps.db.updateTable('tenants').set({ domain: of_tenant }).where('is_default', '=', 1).execute()
        await deps.db.updateTable('tenants').set({ domain: of_admins }).where('is_system', '=', 1).execute()
        const found = await checkAddresses({ ...deps, in_server: false })
        return found.find(({ message }) => /has the same host name as/.test(message))?.message
      }
      assert.match(
        (await sharedBy('login.example', 'login.example:8443')) ?? '',
        /^http:\/\/login\.example:8443\/ has the same host name as http:\/\/login\.example\/: .* at all ports/,
      )
      assert.equal(await sharedBy('login.example', 'admins.login.example'), undefined)
      assert.equal(await sharedBy('localhost:3000', 'localhost:3001'), undefined)
    })
  })
})

describe('checks of settings', () => {
  const certificateEnv = async (): Promise<Record<string, string>> => {
    const made = await makeDevCert({ folder: tempFolder('doctor') })
    return {
      WHERRY_PUBLIC_URL: 'https://localhost:8443',
      WHERRY_TLS_CERT: made.cert_file,
      WHERRY_TLS_KEY: made.key_file,
    }
  }
  const levels = (found: { level: string; message: string }[]): string[] =>
    found.map(({ level, message }) => `${level} ${message.split(' ').slice(0, 4).join(' ')}`)
  const tls = async (env: Record<string, string>, now = Date.now()) =>
    levels(await checkTls({ config: readConfig(env), store: undefined }, now))

  it('find a certificate that has ended, is for other hosts, or is not needed', async () => {
    const env = await certificateEnv()
    const year_ms = 366 * 86_400_000
    assert.deepEqual(await tls(env), ['ok The certificate is valid'])
    assert.deepEqual(await tls(env, Date.now() + 30 * year_ms), ['failure The certificate ended at'])
    const other_host = { ...env, WHERRY_PUBLIC_URL: 'https://shop.localhost:8443' }
    assert.deepEqual(await tls(other_host), ['ok The certificate is valid', 'failure The certificate is not'])
    assert.deepEqual(await tls({ WHERRY_PUBLIC_URL: 'https://login.example' }), ['ok WHERRY_PUBLIC_URL is https: a'])
    assert.deepEqual(await tls({ WHERRY_PUBLIC_URL: 'http://login.example' }), ['failure Passwords and tokens for'])
    const other = await certificateEnv()
    assert.deepEqual(await tls({ ...env, WHERRY_TLS_KEY: other['WHERRY_TLS_KEY'] ?? '' }), [
      'failure The configuration has a',
    ])
  })

  it('judge free space in bytes and in files, and beside the size of the store', () => {
    const gibibyte = 1024 ** 3
    const files = { total: 1000, free: 500_000 }
    const level = (free: number, of_files = files, store = 0): string =>
      judgeSpace('/data', free, of_files, store).level
    assert.equal(level(50 * gibibyte), 'ok')
    assert.equal(level(0.5 * gibibyte), 'warning')
    assert.equal(level(0.05 * gibibyte), 'failure')
    assert.equal(level(50 * gibibyte, { total: 1000, free: 5 }), 'failure')
    assert.equal(level(50 * gibibyte, { total: 0, free: 0 }), 'ok')
    assert.equal(level(50 * gibibyte, files, 60 * gibibyte), 'warning')
  })

  it('find a proxy that no setting names', () => {
    const level = (env: Record<string, string>): string =>
      checkProxy(readConfig(env), undefined)
        .map((found) => found.level)
        .join()
    assert.equal(level({}), 'ok')
    assert.equal(level({ WHERRY_PUBLIC_URL: 'https://login.example' }), 'warning')
    assert.equal(level({ WHERRY_PUBLIC_URL: 'https://login.example', WHERRY_TRUST_PROXY: '10.0.0.1' }), 'ok')
    assert.equal(level({ WHERRY_TRUST_PROXY: 'true' }), 'warning')
  })
})
