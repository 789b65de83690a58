import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigError } from '../../src/config/config.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { SealingKeyError } from '../../src/server/sealing-key.ts'
import { createOtherTenant } from '../support/other-tenant.ts'
import { runCommand } from '../support/server-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startTestServer } from '../support/test-server.ts'

const secret_key = 'a sealing key for tests, long enough'

/** Starts a server in this process and stops it. */
async function startAndStop(env: Record<string, string>): Promise<void> {
  await (await startTestServer({ env })).stop()
}

test('a missing, wrong or short sealing key is refused with instructions, and the right one still opens the store', async () => {
  const data_dir = tempFolder('sealed')
  const file = join(data_dir, 'secret.key')
  const env = { WHERRY_DATA_DIR: data_dir }
  await startAndStop(env)
  const key = readFileSync(file, 'utf8')
  assert.ok(key.trim().length >= 64)
  const assertRefusesToStart = async (more: Record<string, string>, reason: RegExp): Promise<void> =>
    await assert.rejects(startAndStop({ ...env, ...more }), (error) => {
      assert.ok(error instanceof SealingKeyError, String(error))
      assert.match(error.message, reason)
      assert.ok(!error.message.includes(key.trim()) && !error.message.includes(secret_key))
      return true
    })

  rmSync(file)
  await assertRefusesToStart({}, /secret\.key is missing and WHERRY_SECRET_KEY is not set\. Restore that file/)
  assert.equal(existsSync(file), false, 'no new key is created for a sealed store')
  writeFileSync(file, 'another key of forty characters or so, wrong\n')
  await assertRefusesToStart({}, /The sealing key in the file .*secret\.key is not the one/)
  writeFileSync(file, 'short')
  await assertRefusesToStart({}, /too short/)
  writeFileSync(file, key)
  await assertRefusesToStart({ WHERRY_SECRET_KEY: secret_key }, /The sealing key in WHERRY_SECRET_KEY is not the one/)
  await startAndStop(env)
  rmSync(file)
  await startAndStop({ ...env, WHERRY_SECRET_KEY: key.trim() })
  assert.equal(existsSync(file), false, 'a key from the environment is not written to the file')
})

test('a failed start prints one message without a stack on standard error, and exits with status 1', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const address = blocker.address()
  const port = String(address !== null && typeof address === 'object' ? address.port : 0)
  const password = 'Pass-Word-0123456789'
  const cases: [Record<string, string>, RegExp][] = [
    [{ WHERRY_PORT: port }, new RegExp(`in use already.*:${port}.*set another port: WHERRY_PORT`)],
    [
      { DATABASE_URL: `postgres://u:${password}@127.0.0.1:${port === '1' ? 2 : 1}/db` },
      /PostgreSQL at DATABASE_URL cannot be used: .*ECONNREFUSED/,
    ],
    [{ WHERRY_PORT: 'x', WHERRY_PLAN: 'gold' }, /2 problems:\n {2}- WHERRY_PORT.*\n {2}- WHERRY_PLAN/],
    [
      { WHERRY_TLS_CERT: '/nowhere/cert.pem', WHERRY_TLS_KEY: '/nowhere/key.pem' },
      /nowhere\/cert\.pem.*cannot be used: ENOENT/,
    ],
  ]
  await Promise.all(
    cases.map(async ([env, reason]) => {
      const ended = await runCommand(['serve'], {
        env: { WHERRY_PORT: '0', WHERRY_DATA_DIR: join(tempFolder('no'), 'data'), ...env },
      })
      assert.equal(ended.status, 1, ended.stderr)
      assert.match(ended.stderr, reason)
      assert.ok(!ended.stderr.includes('    at ') && !`${ended.stderr}${ended.stdout}`.includes(password), ended.stderr)
    }),
  )
  blocker.close()
})

test('invalid and mismatched TLS files are named', async () => {
  const one = await makeDevCert({ folder: tempFolder('one') })
  const other = await makeDevCert({ folder: tempFolder('other') })
  const junk = join(tempFolder('junk'), 'junk.pem')
  writeFileSync(junk, 'junk')
  const pairs: [string, string][] = [
    [junk, one.key_file],
    [one.cert_file, junk],
    [one.cert_file, other.key_file],
    ['/nowhere/cert.pem', one.key_file],
  ]
  for (const [cert, key] of pairs) {
    const env = {
      WHERRY_DATA_DIR: tempFolder('tls'),
      WHERRY_TLS_CERT: cert,
      WHERRY_TLS_KEY: key,
      WHERRY_PUBLIC_URL: 'https://localhost',
    }
    await assert.rejects(startAndStop(env), (error) => {
      assert.ok(error instanceof ConfigError, String(error))
      assert.ok(error.message.includes(cert) && error.message.includes(key))
      return true
    })
  }
})

test("a default tenant whose host is another tenant's is refused, naming WHERRY_PUBLIC_URL", async () => {
  const env = { WHERRY_DATA_DIR: tempFolder('taken'), WHERRY_PUBLIC_URL: 'http://first.test' }
  const server = await startTestServer({ env })
  await createOtherTenant(server, 'other', 'other.test')
  await server.stop()
  const taken = startAndStop({ ...env, WHERRY_PUBLIC_URL: 'http://other.test' })
  await assert.rejects(
    taken,
    (error) => error instanceof ConfigError && /other\.test.*WHERRY_PUBLIC_URL/.test(error.message),
  )
  await startAndStop(env)
})

test('a server that failed to start releases its port and its folder', async () => {
  const env = { WHERRY_DATA_DIR: tempFolder('released') }
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const address = blocker.address()
  const port = String(address !== null && typeof address === 'object' ? address.port : 0)
  await assert.rejects(startAndStop({ ...env, WHERRY_PORT: port }), { code: 'EADDRINUSE' })
  blocker.close()
  await startAndStop({ ...env, WHERRY_PORT: port })
})
