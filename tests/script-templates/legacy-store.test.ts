// The module `legacy-store` of the sandbox, in scripts of its own. The templates' tests use the rest of it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chownSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import { makeDevCert } from '../../src/server/dev-cert.ts'
import { freePort } from '../support/free-port.ts'
import { userToRunAs } from '../support/guarded-process.ts'
import { startMariadb, startOwnPostgres, startPostgres, type DatabaseServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { waitUntil } from '../support/wait-until.ts'
import { type ScriptAnswer, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

/** A script that answers what the expression `work` resolves with; `store` is the module. */
const script = (work: string): string => `function run(given, callback) {
  const store = require('legacy-store')
  const work = async () => (${work})
  work().then((value) => callback(null, value), callback)
}`

let sandbox: ScriptSandbox
before(() => {
  sandbox = startScriptSandbox()
})
after(() => sandbox.close())

async function run(url: string, work: string, given: JsonValue = null): Promise<ScriptAnswer> {
  const scripts = await sandbox.connect({ verify: script(work) }, { DATABASE_URL: url })
  return await scripts.call('verify', given)
}

const database = 'store.database(configuration.DATABASE_URL)'

for (const [name, start, connections] of [
  ['PostgreSQL', startPostgres, `select count(*)::int as n from pg_stat_activity where datname = current_database()`],
  ['MariaDB', startMariadb, `select count(*) as n from information_schema.processlist where db = database()`],
] as const) {
  describe(name, () => {
    let server: DatabaseServer
    before(async () => {
      server = await start()
      await server.query('create table people (id int primary key, name varchar(50) unique)')
      await server.query(`insert into people values (1, 'Ada'), (2, 'what?')`)
    })
    after(() => server.stop())
    const value = async (work: string, given?: JsonValue): Promise<unknown> => {
      const answer = await run(server.url, work, given)
      assert.equal(answer.error, undefined)
      return answer.value
    }

    test('values are parameters, and a question mark in a literal or a comment is none', async () => {
      const sql = `SELECT id, 'a?''b' AS text /* ? */ FROM people WHERE name = ? AND id > ? -- ?`
      assert.deepEqual(await value(`${database}.query(given, ['what?', 1])`, sql), [{ id: 2, text: "a?'b" }])
      assert.deepEqual(
        await value(`${database}.query('SELECT id FROM people WHERE name = ?', [given])`, `' or 1=1 --`),
        [],
      )
      const wrong = await run(server.url, `${database}.query('SELECT ? AS a', [1, 2])`)
      assert.match(wrong.error?.message ?? '', /has 1 parameters, and there are 2 values/)
    })

    test('a transaction is whole or not at all, and a value that exists is user_exists', async () => {
      const statements = [
        ['UPDATE people SET name = ? WHERE id > ?', ['Eve', 1]],
        ['INSERT INTO people VALUES (?, ?)', [3, 'Ada']],
      ]
      const { error } = await run(server.url, `${database}.transaction(given)`, statements)
      assert.deepEqual([error?.name, error?.code], ['ValidationError', 'user_exists'])
      assert.deepEqual(await value(`${database}.query('SELECT name FROM people ORDER BY id')`), [
        { name: 'Ada' },
        { name: 'what?' },
      ])
      assert.deepEqual(
        await value(`${database}.transaction(given)`, [
          ['INSERT INTO people VALUES (?, ?)', [3, 'Eve']],
          ['DELETE FROM people WHERE id > ?', [1]],
        ]),
        [1, 2],
      )
      assert.equal(await value(`${database}.execute('DELETE FROM people WHERE id = ?', [9])`), 0)
      await server.query(`insert into people values (2, 'what?')`)
    })

    test('reading for a check cannot write', async () => {
      const { error } = await run(server.url, `${database}.readOnly((read) => read('DELETE FROM people'))`)
      assert.match(error?.message ?? '', /read.?only/i)
      assert.equal(
        await value(`${database}.readOnly(async (read) => (await read('SELECT id FROM people')).rows.length)`),
        2,
      )
    })

    test('calls share a pool, and a process keeps the pools of four addresses', async () => {
      const count = async () => Number((await server.query<{ n: number }>(connections))[0]?.n)
      const before_calls = await count()
      const work = `Promise.all(Array.from({ length: 20 }, () => ${database}.query('SELECT 1 AS one'))).then((all) => all.length)`
      for (let round = 0; round < 3; round += 1) assert.equal(await value(work), 20)
      assert.ok((await count()) - before_calls <= 4)
      // Nine pools of one connection each, of which four stay.
      await value(`(async () => {
        for (let size = 5; size < 14; size += 1) {
          await store.database(configuration.DATABASE_URL, { pool_max: size }).query('SELECT 1 AS one')
        }
        return null
      })()`)
      // The server ends a connection a moment after its client has closed it.
      await waitUntil(async () => (await count()) - before_calls <= 4)
    })

    test('a server that is down is an outage by its code', async () => {
      const url = new URL(server.url)
      url.port = String(await freePort())
      const { error } = await run(url.href, `${database}.query('SELECT 1')`)
      assert.deepEqual([error?.outcome, error?.code], ['legacy_unreachable', 'ECONNREFUSED'])
    })
  })
}

test('PostgreSQL takes its own placeholders, and question marks in quoted names and in strings of its own', async () => {
  const server = await startPostgres()
  try {
    const sql = `SELECT $1::int AS "a?", E'it\\'s ?' AS b, $q$ ? $q$ AS c`
    assert.deepEqual((await run(server.url, `${database}.query(given, [7])`, sql)).value, [
      { 'a?': 7, b: "it's ?", c: ' ? ' },
    ])
    const mixed = `SELECT ?::int AS "a?", E'it\\'s ?' AS b, $$ ? $$ AS c`
    assert.deepEqual((await run(server.url, `${database}.query(given, [7])`, mixed)).value, [
      { 'a?': 7, b: "it's ?", c: ' ? ' },
    ])
    const { error } = await run(server.url, `${database}.query('SELECT ? AS a', [])`)
    assert.match(error?.message ?? '', /has 1 parameters, and there are 0 values/)
  } finally {
    await server.stop()
  }
})

test('with a certificate authority the server is verified, whatever the address says about TLS', async () => {
  const server = await startOwnPostgres()
  try {
    const [made, other] = await Promise.all([0, 1].map(() => makeDevCert({ folder: tempFolder('certificate') })))
    assert.ok(made && other)
    const [{ data_directory: data } = { data_directory: '' }] = await server.query<{ data_directory: string }>(
      'show data_directory',
    )
    const owner = userToRunAs(['postgres'])
    for (const [name, from] of [
      ['server.key', made.key_file],
      ['server.crt', made.cert_file],
    ] as const) {
      const file = join(data, name)
      writeFileSync(file, readFileSync(from), { mode: 0o600 })
      if (owner !== undefined) chownSync(file, owner.uid, owner.gid)
    }
    await server.query('alter system set ssl = on')
    await server.query('select pg_reload_conf()')
    const ca = readFileSync(made.ca_file, 'utf8')
    const work = `store.database(configuration.DATABASE_URL, { ca: given }).query(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')`
    for (const mode of ['', '?sslmode=disable', '?sslmode=no-verify']) {
      assert.deepEqual((await run(`${server.url}${mode}`, work, ca)).value, [{ ssl: true }], mode)
      const { error } = await run(`${server.url}${mode}`, work, readFileSync(other.ca_file, 'utf8'))
      assert.match(error?.message ?? '', /certificate|issuer/i, mode)
    }
    assert.deepEqual((await run(server.url, work)).value, [{ ssl: false }])
  } finally {
    await server.stop()
  }
})

test('an address of another kind is refused with the schemes that there are', async () => {
  const { error } = await run('redis://host/0', `${database}.query('SELECT 1')`)
  assert.match(error?.message ?? '', /must begin with postgres:\/\/, postgresql:\/\/, mysql:\/\//)
})

describe('a web service', () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void
  let handle: Handler = () => {}
  const server = createServer((request, response) => handle(request, response))
  let url = ''
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const answering = (status: number, body: string, headers: Record<string, string> = {}): Handler => {
    return (_request, response) => response.writeHead(status, headers).end(body)
  }
  const service = 'store.service(configuration.DATABASE_URL)'
  const request = `${service}.request('POST', '/x', { json: {} })`

  test('a redirect is not followed', async () => {
    handle = answering(302, '', { location: `${url}/elsewhere` })
    assert.equal((await run(url, `(await ${request}).status`)).value, 302)
  })

  test('an unavailable service is an outage, also where a proxy answers in HTML', async () => {
    handle = answering(502, '<html>')
    assert.equal((await run(url, `(await ${request}).json()`)).error?.outcome, 'legacy_unreachable')
    assert.equal((await run(url, `${service}.requireDone(await ${request})`)).error?.outcome, 'legacy_unreachable')
    handle = answering(404, '<html>')
    assert.equal((await run(url, `(await ${request}).json()`)).error?.outcome, 'script_error')
    handle = answering(409, '')
    assert.equal((await run(url, `${service}.requireDone(await ${request})`)).error?.code, 'user_exists')
  })

  test('an answer that does not end is a time-out before the deadline', async () => {
    handle = (_request, response) => response.writeHead(200).write('{')
    assert.equal((await run(url, `(await ${request}).status`)).error?.outcome, 'legacy_timeout')
  })

  test('a token is kept until a minute before it expires', async () => {
    const fetched = (expires_in: number): string =>
      `(async () => {
        let fetched = 0
        const fetchToken = () => ({ access_token: 'token ' + (fetched += 1), expires_in: ${expires_in} })
        await ${service}.keptToken('of ${expires_in}', fetchToken)
        return ${service}.keptToken('of ${expires_in}', fetchToken)
      })()`
    assert.equal((await run(url, fetched(3600))).value, 'token 1')
    assert.equal((await run(url, fetched(50))).value, 'token 2')
  })
})
