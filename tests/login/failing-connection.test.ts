import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const password = 'Typed-PASSWORD-1-b4e9'
const login = `function login(email, password, callback) {
  if (email.startsWith('away')) return callback(Object.assign(new Error('connect to ' + configuration.HOST), { code: 'ECONNREFUSED' }))
  if (email.startsWith('wrong')) return callback(new WrongUsernameOrPasswordError(null, 'wrong password'))
  callback(new Error('relation "' + configuration.TABLE + '" does not exist for ' + password + ' at ' + configuration.DSN))
}`
const configuration = {
  TABLE: 'customers_of_2019',
  HOST: 'db.legacy.example',
  DSN: 'postgres://reader:letmein-please@db.legacy.example/shop',
}

describe('a connection whose scripts fail', () => {
  let server: TestServer
  let client: TestClient
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    const get_user = 'function getByEmail(email, callback) { callback(null) }'
    const options = {
      enabledDatabaseCustomization: true,
      import_mode: true,
      brute_force_protection: false,
      configuration,
    }
    for (const name of ['shop', 'other'])
      await server.createConnection(name, { ...options, customScripts: { login, get_user } }, [client])
  })
  after(async () => await server.close())

  const linesOf = (message: string): JsonObject[] =>
    server.lines.map((line) => JSON.parse(line) as JsonObject).filter(({ msg }) => msg === message)
  const warnings = (): JsonObject[] => linesOf('a connection is failing')
  const logIn = async (realm: string, name: string, times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1)
      await server.login(client, realm, `${name}${time}@legacy.example`, password)
  }

  test('is a warning in the process log with its reason, once a minute for each outcome [guard: failing-connection-throttled]', async () => {
    await logIn('shop', 'wrong', 2)
    assert.deepEqual(warnings(), [])
    await logIn('shop', 'fails', 3)
    await logIn('shop', 'away')
    await logIn('other', 'away')
    assert.deepEqual(
      warnings().map(({ connection, outcome, script, failures }) => [connection, outcome, script, failures]),
      [
        ['shop', 'script_error', 'login', 1],
        ['shop', 'legacy_unreachable', 'login', 1],
        ['other', 'legacy_unreachable', 'login', 1],
      ],
    )
    assert.equal(warnings()[1]?.['reason'], 'connect to [configuration.HOST]')
    server.advance(61_000)
    await logIn('shop', 'fails')
    assert.equal(warnings().at(-1)?.['failures'], 3)
  })

  test('the first answer after a warning of an outage is reported, with its duration', async () => {
    const returns = (): unknown[] =>
      linesOf('the legacy store of a connection answers again').map(({ connection, away_s }) => [
        connection,
        Number(away_s) >= 61,
      ])
    assert.deepEqual(returns(), [])
    await logIn('shop', 'wrong', 2)
    assert.deepEqual(returns(), [['shop', true]])
  })

  test('the reason names the settings, and none of their values [guard: configuration-values-masked]', () => {
    const reason = 'relation "[configuration.TABLE]" does not exist for [password] at [configuration.DSN]'
    assert.equal(warnings()[0]?.['reason'], reason)
  })
})
