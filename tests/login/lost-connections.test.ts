// A pooled connection that broke a moment ago is an outage, also where the driver's error bears no code.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import mysql from 'mysql2'
import pg from 'pg'
import { member, startHouse, type TestClient, type TestHouse } from '../support/house.ts'

let house: TestHouse
let client: TestClient

before(async () => {
  house = await startHouse()
  client = await house.createClient()
})
after(() => house.close())

/** What a driver says whose server took the connection and went away. */
async function wordOf(ask: (port: number) => Promise<unknown>): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const said = await ask((server.address() as AddressInfo).port).then(
    () => assert.fail('it was answered'),
    (error: Error & { code?: string }) => error,
  )
  server.close()
  assert.equal(said.code, undefined, `${said.message} bears the code ${said.code}`)
  return said.message
}

const drivers: { name: string; ask(port: number): Promise<unknown> }[] = [
  {
    name: 'mysql2',
    async ask(port) {
      const connection = mysql.createConnection({ host: '127.0.0.1', port })
      await once(connection, 'error')
      return await new Promise((resolve, reject) => {
        connection.query('select 1', (error, rows) => (error ? reject(error) : resolve(rows)))
      })
    },
  },
  {
    name: 'pg',
    ask: (port) => new pg.Client({ host: '127.0.0.1', port, user: 'x', database: 'x' }).connect(),
  },
]

for (const { name, ask } of drivers) {
  test(`${name}'s word for it is answered 503, and no password counts as wrong`, async () => {
    const message = await wordOf(ask)
    const login = `function login(email, password, callback) { callback(new Error(${JSON.stringify(message)})) }`
    const get_user = 'function getUser(email, callback) { callback(null) }'
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login, get_user } }
    await house.createConnection(name, options, [client])
    const answer = await house.login(client, name, 'ada@legacy.example', 'right')
    assert.equal(answer.status, 503, `${message}: ${answer.text}`)
    assert.equal(member(answer.json, 'error'), 'temporarily_unavailable')
    const [event] = await house.logs(`connection:"${name}"`)
    assert.equal(member(member(event?.['details'], 'migration'), 'outcome'), 'legacy_unreachable')
  })
}
