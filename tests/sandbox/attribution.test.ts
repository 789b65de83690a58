/** Errors, failed connections and console lines belong to the call that caused them, whatever else its process runs. */
import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { after, before, test } from 'node:test'
import { readScriptResult } from '../../src/connections/action-script-result.ts'
import type { EgressPolicy } from '../../src/sandbox/egress-types.ts'
import { freePort } from '../support/free-port.ts'
import { openTestRuntime, quick_limits } from './test-runtime.ts'
import { tinyMysql, tinyPostgres } from './tiny-stores.ts'

type LdapResponse = { end(): void; send(entry: object): void }
type LdapServer = {
  bind(base: string, handler: (request: object, response: LdapResponse, next: () => void) => void): void
  search(base: string, handler: (request: object, response: LdapResponse, next: () => void) => void): void
  listen(port: number, host: string, callback: () => void): void
  close(): void
  port: number
}
const sandbox_modules = new URL('../../sandbox-runtime/package.json', import.meta.url)
const { createServer: createLdapServer } = createRequire(sandbox_modules)('ldapjs') as {
  createServer(): LdapServer
}

const runtime = openTestRuntime()
const limits = { ...quick_limits, deadline_ms: 30_000 }
const postgres = tinyPostgres()
const mysql = tinyMysql()
const http = createHttpServer((request, response) => {
  request.resume()
  setTimeout(() => response.end('{}'), 30)
})
const silent = createServer()
const servers: Server[] = [postgres, mysql, http, silent]
const ldap = createLdapServer()
ldap.bind('dc=x', (_request, response, next) => {
  response.end()
  next()
})
ldap.search('dc=x', (_request, response, next) => {
  response.send({ dn: 'cn=a,dc=x', attributes: { objectclass: ['top'], cn: 'a' } })
  response.end()
  next()
})
const portOf = (server: Server) => (server.address() as AddressInfo).port

before(async () => {
  for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => ldap.listen(0, '127.0.0.1', resolve))
})

after(() => {
  http.closeAllConnections()
  for (const server of [...servers, ldap]) server.close()
})

const end = `console.log('call', n)
  if (n % 2 === 1) nothing.here()
  cb(null, n)`
const mysqlPool = `global.pool ??= require(module).createPool({ host: '127.0.0.1', port, user: 'a', connectionLimit: 1 })`
const pgConfig = `{ host: '127.0.0.1', port, user: 'postgres', password: 'p', database: 'postgres', max: 1 }`
const ldapClient = `global.client ??= require('ldapjs').createClient({ url: 'ldap://127.0.0.1:' + port })`

const callbacks: Record<string, { port: () => number; body: string }> = {
  'a query of a mysql pool': {
    port: () => portOf(mysql),
    body: `const module = 'mysql'; ${mysqlPool}; pool.query('select email from t', () => {\n  ${end} })`,
  },
  'a connection of a mysql pool': {
    port: () => portOf(mysql),
    body: `const module = 'mysql'; ${mysqlPool}; pool.getConnection((e, c) => c.query('select email from t', () => { c.release()\n  ${end} }))`,
  },
  'a row of a mysql query': {
    port: () => portOf(mysql),
    body: `const module = 'mysql'; ${mysqlPool}; pool.getConnection((e, c) => c.query('select email from t').on('end', () => { c.release()\n  ${end} }))`,
  },
  'a query of a mysql2 pool': {
    port: () => portOf(mysql),
    body: `const module = 'mysql2'; ${mysqlPool}; pool.query('select email from t', () => {\n  ${end} })`,
  },
  'a query of a pg pool': {
    port: () => portOf(postgres),
    body: `global.pool ??= new (require('pg').Pool)(${pgConfig}); pool.query('select id from t', () => {\n  ${end} })`,
  },
  'a query of a pg client': {
    port: () => portOf(postgres),
    body: `if (!global.client) { global.client = new (require('pg').Client)(${pgConfig}); client.connect() }; client.query('select id from t', () => {\n  ${end} })`,
  },
  'a bind of ldapjs': {
    port: () => ldap.port,
    body: `${ldapClient}; client.bind('cn=a,dc=x', 'p', () => {\n  ${end} })`,
  },
  'a search entry of ldapjs': {
    port: () => ldap.port,
    body: `${ldapClient}; client.search('dc=x', { scope: 'sub' }, (e, found) => found.on('searchEntry', () => {\n  ${end} }))`,
  },
  'a response of request over a shared socket': {
    port: () => portOf(http),
    body: `request({ url: 'http://127.0.0.1:' + port, forever: true, pool: { maxSockets: 1 } }, () => {\n  ${end} })`,
  },
  'a promise of request-promise': {
    port: () => portOf(http),
    body: `require('request-promise')('http://127.0.0.1:' + port).then(() => {\n  ${end} })`,
  },
  'a promise of bluebird': { port: () => 0, body: `bluebird.delay(20).then(() => {}).then(() => {\n  ${end} })` },
  'a promise of q': { port: () => 0, body: `Q.delay(20).then(() => {}).then(() => {\n  ${end} }).done()` },
  'a signature of jsonwebtoken': { port: () => 0, body: `jwt.sign({ n }, 'key', {}, () => {\n  ${end} })` },
}

for (const [name, { port, body }] of Object.entries(callbacks)) {
  test(`what the callback of ${name} throws and logs belongs to its call [guard: callback-keeps-call]`, async () => {
    const from = runtime.log.length
    const unit = `callback of ${name}`
    const egress: EgressPolicy = { mode: 'open', allow: [`127.0.0.1:${port()}`], private_networks: true }
    const source = `(n, port, cb) => { ${body} }`
    const results = await Promise.all(
      [0, 1, 2, 3, 4].map((n) => runtime.run(source, { unit, args: [n, port()], egress, limits })),
    )
    runtime.recycle(unit)
    const outcomes = results.map((result) =>
      result.kind === 'failed' ? result.error.name : result.kind === 'returned' ? result.values[0] : result.kind,
    )
    assert.deepEqual(outcomes, [0, 'ReferenceError', 2, 'ReferenceError', 4])
    assert.ok(Math.max(...results.map(({ duration_ms }) => duration_ms)) < limits.deadline_ms / 2)
    const lines = runtime.log.slice(from)
    const call_ids = [0, 1, 2, 3, 4].map((n) => lines.find(({ text }) => text === `call ${n}`)?.call_id)
    assert.ok(!call_ids.includes('') && new Set(call_ids).size === 5, JSON.stringify(lines))
    const errors = lines.filter(({ text }) => text.includes('nothing is not defined (line 3, column 20)'))
    assert.equal(errors.length, 2)
    assert.deepEqual(
      new Set(errors.map(({ call_id }) => call_id)),
      new Set([call_ids[1], call_ids[3]]),
      JSON.stringify(lines),
    )
  })
}

test('a connection that one call fails to open is no failure of another call [guard: failed-connection-of-one-call]', async () => {
  const port = await freePort()
  const egress: EgressPolicy = { mode: 'open', allow: [`127.0.0.1:${port}`], private_networks: true }
  const refused = `(port, cb) => { require('net').connect(port, '127.0.0.1').on('error', () => cb(null, 'handled')) }`
  const unrelated = `(port, cb) => setTimeout(() => cb(new Error('no such user')), 600)`
  await runtime.value('(cb) => cb(null, 1)', { unit: 'pair', egress })
  const beside = runtime.run(unrelated, { unit: 'pair', args: [port], egress })
  const own = await runtime.run(refused, { unit: 'pair', args: [port], egress })
  assert.deepEqual(
    own.egress_failures.map(({ code }) => code),
    ['ECONNREFUSED'],
  )
  const other = await beside
  assert.deepEqual(other.egress_failures, [])
  const read = readScriptResult(other)
  assert.equal(read.kind === 'failed' && read.outcome, 'script_error')
})

test('a mistake in the script is no outage, even after a refused connection [guard: mistake-is-no-outage]', async () => {
  const port = await freePort()
  const egress: EgressPolicy = { mode: 'open', allow: [`127.0.0.1:${port}`], private_networks: true }
  const source = `(port, cb) => { require('net').connect(port, '127.0.0.1').on('error', () => { undefined.rows; cb() }) }`
  const result = await runtime.run(source, { unit: 'mistake', args: [port], egress })
  assert.equal(result.egress_failures.length, 1)
  const read = readScriptResult(result)
  assert.equal(read.kind === 'failed' && read.outcome, 'script_error')
})

test('an exception of no known call explains no other call that never answers [guard: uncaught-of-one-call]', async () => {
  const source = `(n, cb) => {
    if (n === 0) Deno.stdout.writeSync(new TextEncoder().encode('{"t":"fatal","message":"another"}\\n'))
  }`
  const short = { ...quick_limits, deadline_ms: 800 }
  const results = await Promise.all([0, 1].map((n) => runtime.run(source, { unit: 'two', args: [n], limits: short })))
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ['timed_out', 'timed_out'],
  )
})
