// A broken pooled connection is an outage, also where the driver's error has no code.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import mysql from 'mysql2'
import pg from 'pg'
import { member, outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(() => server.close())

/** The message of a driver whose server accepted the connection and closed it. */
async function messageOf(connect: (port: number) => Promise<unknown>): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const error = await connect((server.address() as AddressInfo).port).then(
    () => assert.fail('it was answered'),
    (failure: Error & { code?: string }) => failure,
  )
  server.close()
  assert.equal(error.code, undefined, `${error.message} has the code ${error.code}`)
  return error.message
}

const drivers: { name: string; connect(port: number): Promise<unknown> }[] = [
  {
    name: 'mysql2',
    async connect(port) {
      const connection = mysql.createConnection({ host: '127.0.0.1', port })
      await once(connection, 'error')
      return await new Promise((resolve, reject) => {
        connection.query('select 1', (error, rows) => (error ? reject(error) : resolve(rows)))
      })
    },
  },
  {
    name: 'pg',
    connect: (port) => new pg.Client({ host: '127.0.0.1', port, user: 'x', database: 'x' }).connect(),
  },
]

for (const { name, connect } of drivers) {
  test(`${name}: a closed connection is answered 503, and the password does not count as wrong`, async () => {
    const message = await messageOf(connect)
    const login = `function login(email, password, callback) { callback(new Error(${JSON.stringify(message)})) }`
    const get_user = 'function getUser(email, callback) { callback(null) }'
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
    await server.createConnection(name, options, [client])
    const answer = await server.login(client, name, 'ada@legacy.example', 'right')
    assert.equal(answer.status, 503, `${message}: ${answer.text}`)
    assert.equal(member(answer.json, 'error'), 'temporarily_unavailable')
    const [event] = await server.logs(`connection:"${name}"`)
    assert.equal(outcomeOf(event), 'legacy_unreachable')
  })
}
