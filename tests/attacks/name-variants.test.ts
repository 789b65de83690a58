// Characters that are not displayed make variants of a name, which a legacy store may treat as the same user.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const invisible: [string, string][] = [
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a soft hyphen', '\u00ad'],
  ['a combining grapheme joiner', '\u034f'],
  ['a Hangul filler, which is a letter', '\u3164'],
  ['a variation selector', '\ufe0f'],
  ['a right-to-left override', '\u202e'],
  ['a tag', '\u{e0041}'],
]
const password = 'Right-one-1'
const from_script = `function login(name, password, callback) {
  const hidden = name.startsWith('by-name') ? { username: 'ad\\u200ba' } : { email: 'ad\\u3164a@legacy.example' }
  callback(null, Object.assign({ user_id: name, email: name + '@x.example' }, hidden))
}`

describe('a name with characters that are not displayed', () => {
  let server: TestServer
  let client: TestClient
  let user: string
  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    await server.createConnection('local', { requires_username: true }, [client])
    const customScripts = { login: from_script, get_user: 'function g(name, callback) { callback(null) }' }
    const legacy = { enabledDatabaseCustomization: true, import_mode: true, customScripts }
    await server.createConnection('legacy', legacy, [client])
    const user_id = await server.createUser('local', { email: 'ada@x.example', username: 'ada', password })
    user = `users/${encodeURIComponent(user_id)}`
  })
  after(async () => await server.close())

  const counters = async (): Promise<number> =>
    (await server.internals.db.selectFrom('brute_force_counters').select('subject').execute()).length

  for (const [what, character] of invisible) {
    test(`${what}: refused at login, sign-up, reset and in the API [guard: invisible-characters]`, async () => {
      const email = `a${character}da@x.example`
      const username = `ad${character}a`
      const earlier = await counters()
      for (const connection of ['local', 'legacy']) {
        for (const name of [email, username]) {
          const { status, json } = await server.login(client, connection, name, password)
          assert.equal(status, 400)
          assert.equal(json.error_description, 'The e-mail address or username holds invisible characters.')
        }
      }
      assert.equal(await counters(), earlier)
      const connection = { client_id: client.client_id, connection: 'local' }
      const reset = await server.post('/dbconnections/change_password', { ...connection, email })
      assert.equal(reset.status, 400)
      for (const names of [
        { email, username: 'other' },
        { email: 'other@x.example', username },
      ]) {
        const signed_up = await server.post('/dbconnections/signup', { ...connection, ...names, password })
        assert.equal(signed_up.status, 400)
        assert.match(signed_up.json.description, /holds (invisible characters|a character that is not allowed)/)
        const created = await server.api('POST', 'users', { connection: 'local', ...names, password })
        assert.equal(created.status, 400)
      }
      assert.equal((await server.api('PATCH', user, { email })).status, 400)
      assert.equal((await server.api('PATCH', user, { username })).status, 400)
    })
  }

  test('that a script returns refuses the profile, with the field and the reason', async () => {
    for (const [name, message] of [
      ['by-name', "The profile's username holds invisible characters."],
      ['by-mail', "The profile's email is not an e-mail address: it holds invisible characters."],
    ] as const) {
      assert.equal((await server.login(client, 'legacy', name, password)).status, 500)
      const [event] = await server.logs(`user_name:"${name}"`)
      assert.equal(outcomeOf(event), 'profile_refused')
      assert.equal(event?.['description'], message)
    }
  })
})
