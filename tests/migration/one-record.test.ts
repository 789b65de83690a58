// A person whom the directory lists has one record, whatever they log in with.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadDirectory } from '../support/load-directory.ts'
import { objects, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(async () => await server.close())

/** The records after one login with a name that the directory does not have: the outcome, the legacy id and the identifiers of each. */
async function recordsAfter(
  name: string,
  answer: string,
  directory = 'user_id,email\nL-1,ada@shop.example\n',
  typed = 'ada',
) {
  const login = `function login(name, password, callback) { callback(${answer}) }`
  const get_user = 'function getByEmail(email, callback) { callback(null) }'
  const customScripts = { login, get_user }
  const options = { enabledDatabaseCustomization: true, import_mode: true, id_namespace: name, customScripts }
  const connection_id = await server.createConnection(name, options, [client])
  if (directory !== '') await loadDirectory(server, connection_id, directory)
  assert.notEqual((await server.login(client, name, typed, 'a password')).status, 200)
  const { records } = await server.must('GET', `migrations/${connection_id}/records`)
  return objects(records).map(({ legacy_id, state, last_outcome, identifiers }) => ({
    legacy_id,
    state,
    last_outcome,
    identifiers,
  }))
}

const refused_profiles: [name: string, profile: string][] = [
  ['no-identifier', "{ user_id: 'L-1' }"],
  ['invalid-address', "{ user_id: 'L-1', email: 'ada' }"],
  ['unknown-flag', "{ user_id: 'L-1', email: 'ada@shop.example', blocked: 'perhaps' }"],
]

for (const [name, profile] of refused_profiles) {
  test(`a refused profile with the id of the directory is in the record of that id: ${name}`, async () => {
    const records = await recordsAfter(name, `null, ${profile}`)
    const refused = { legacy_id: `${name}|L-1`, state: 'refused', last_outcome: 'profile_refused' }
    assert.deepEqual(records, [{ ...refused, identifiers: ['ada@shop.example'] }])
  })
}

const refusals_with_id: [name: string, answer: string, outcome: string, state: string][] = [
  ['blocked', "null, { user_id: 'L-1', email: 'new@shop.example', blocked: true }", 'blocked', 'refused'],
  ['invalid', "null, { user_id: 'L-1', email: 'new' }", 'profile_refused', 'refused'],
  ['wrong', "new WrongUsernameOrPasswordError('L-1', 'Wrong.')", 'wrong_password', 'seen'],
]

for (const [name, answer, last_outcome, state] of refusals_with_id) {
  for (const typed of ['new@shop.example', 'ada.l']) {
    test(`a refusal with the id of the directory makes no second record, with another name or address: ${name}, ${typed}`, async () => {
      const connection = `${name}-${typed.replaceAll(/\W/g, '-')}`
      const records = await recordsAfter(connection, answer, undefined, typed)
      assert.deepEqual(
        records.map((record) => [record.legacy_id, record.state, record.last_outcome]),
        [[`${connection}|L-1`, state, last_outcome]],
      )
    })
  }
}

const anonymous: [name: string, answer: string][] = [
  ['denied', "new UnauthorizedError('Your contract has ended.')"],
  ['refused', "new ValidationError('expired', 'Your password has expired.')"],
  ['no-id', "null, { email: 'ada@shop.example' }"],
]

for (const [name, answer] of anonymous) {
  test(`a refusal without an id makes no record for a name that is no address, beside a directory: ${name}`, async () => {
    const records = await recordsAfter(name, answer)
    const unseen = { legacy_id: `${name}|L-1`, state: 'unseen', last_outcome: undefined }
    assert.deepEqual(records, [{ ...unseen, identifiers: ['ada@shop.example'] }])
    const listed = await recordsAfter(`${name}-listed`, answer, 'user_id,email,username\nL-1,ada@shop.example,Ada\n')
    assert.deepEqual(
      listed.map(({ legacy_id, state }) => [legacy_id, state]),
      [[`${name}-listed|L-1`, 'refused']],
      'a username of the directory is that person',
    )
    const discovered = await recordsAfter(`${name}-discovered`, answer, '')
    assert.deepEqual(
      discovered.map(({ legacy_id, identifiers }) => [legacy_id, identifiers]),
      [[undefined, ['ada']]],
      'without a directory the name is all that is known',
    )
  })
}
