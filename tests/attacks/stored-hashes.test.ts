// Hashes of a legacy store that get_user returns (options.verify_password_here): they must leave no trace, cost no more than the limits,
// and open no way around the protection of passwords.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { hashSync } from '@node-rs/bcrypt'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import { outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let client: TestClient
before(async () => {
  server = await startTestServer({ env: { WHERRY_LOG_LEVEL: 'trace' } })
  client = await server.createClient()
})
after(async () => await server.close())

const connect = (name: string, get_user: string, more: JsonObject = {}): Promise<string> =>
  server.createConnection(
    name,
    {
      enabledDatabaseCustomization: true,
      import_mode: true,
      verify_password_here: true,
      customScripts: { get_user },
      ...more,
    },
    [client],
  )
const returning = (users: Record<string, JsonValue>): string =>
  `(name, callback) => callback(null, (${JSON.stringify(users)})[name] || null)`
const person = (id: string, password_hash: JsonValue): JsonObject => ({
  user_id: id,
  email: `${id}@shop.example`,
  password_hash,
})

let next_address = 1
// Each login from an address of its own, unless the test counts.
const logIn = (realm: string, name: string, password: string, from = `203.0.113.${(next_address += 1)}`) =>
  server.login(client, realm, name, password, {}, from)

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : [],
  )
}

describe('the stored hash', () => {
  const bcrypt = hashSync('secret', 4)
  const sha1 = '5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8'
  const sha1_base64 = Buffer.from(sha1, 'hex').toString('base64')
  const hashes = [bcrypt, bcrypt.slice(8), sha1, sha1_base64]

  // The hashes stand in the configuration of the script only, which is sealed.
  const script = `function getUser(name, callback) {
    const { kind, hash } = JSON.parse(configuration.ROWS)[name] || {}
    if (!kind) return callback(null)
    const profile = { user_id: name, email: name + '@shop.example' }
    profile[kind] = kind === 'custom_password_hash' ? { algorithm: 'sha1', hash: { value: hash, encoding: 'base64' } } : hash
    console.log('row', profile, 'hash: ' + hash)
    if (name === 'fails') throw new Error('row ' + JSON.stringify(profile))
    callback(null, profile)
  }`

  test('is in no answer, log, record, user or file [guard: stored-hash-leaves-profile] [guard: stored-hash-masked-in-lines]', async () => {
    const rows = {
      ada: { kind: 'password_hash', hash: bcrypt },
      bob: { kind: 'password_hash', hash: sha1 },
      cy: { kind: 'custom_password_hash', hash: sha1_base64 },
      fails: { kind: 'password_hash', hash: bcrypt },
    }
    const more = { configuration: { ROWS: JSON.stringify(rows) }, password_recipe: { format: 'sha1' } }
    const answered: string[] = []
    for (const [realm, import_mode] of [
      ['import', true],
      ['legacy', false],
    ] as const) {
      const id = await connect(realm, script, { ...more, import_mode, id_namespace: realm })
      for (const name of Object.keys(rows)) {
        for (const password of ['wrong', 'secret', 'password']) {
          answered.push((await logIn(realm, name, password)).text)
        }
        answered.push(
          JSON.stringify(await server.must('POST', `connections/${id}/scripts/get_user/try`, { arguments: [name] })),
        )
        const body = { ...client, connection: realm, email: `${name}@shop.example` }
        answered.push((await server.post('/dbconnections/change_password', body)).text)
        answered.push((await server.post('/dbconnections/signup', { ...body, password: 'Chosen-Here-1' })).text)
      }
      answered.push(JSON.stringify(await server.records(id)))
      assert.ok(
        !JSON.stringify(await server.records(id)).includes('password_hash'),
        'a record names the hash as dropped',
      )
    }
    await server.settle()
    answered.push(JSON.stringify(await server.logs()), server.lines.join('\n'))
    const { db } = server.internals
    const lines = await db.selectFrom('script_logs').selectAll().execute()
    assert.ok(JSON.stringify(lines).includes('[hash]'), 'the script log has lines with masked hashes')
    await server.must('GET', 'connections')
    const files = filesBelow(server.data_dir).map((file) => readFileSync(file, 'latin1'))
    for (const hash of hashes) {
      for (const text of answered) assert.ok(!text.includes(hash), `${hash} in ${text.slice(0, 500)}`)
      for (const file of files) assert.ok(!file.includes(hash), `${hash} in a file of the data folder`)
    }
  })

  test('that costs more than the limits is refused before it is computed [guard: costly-bcrypt]', async () => {
    await connect('costly', returning({ ada: person('ada', `$2b$15$${'a'.repeat(53)}`) }))
    const { passwords } = server.internals
    const began = process.cpuUsage()
    const answer = await logIn('costly', 'ada', 'secret')
    const { user, system } = process.cpuUsage(began)
    assert.equal(answer.status, 403, answer.text)
    const [event] = await server.logs('type:fp')
    assert.equal(outcomeOf(event), 'wrong_password')
    assert.match(JSON.stringify(event), /"reason":"profile_refused"/)
    assert.match(JSON.stringify(event), /bcrypt with cost 15 is above the limit of 14/)
    assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms of CPU`)
    assert.ok(await passwords.hash('x', 'another tenant'), 'the places for hashes are free')
  })

  test('of 200 KB is refused without reading it, of a megabyte with the answer of the script [guard: stored-hash-length]', async () => {
    const long = `'$2b$04$' + 'a'.repeat(200_000)`
    const forms: Record<string, string> = {
      text: `{ password_hash: ${long} }`,
      column: `{ password_hash: { hash: ${long}, salt: 's' } }`,
      salt: `{ password_hash: { hash: '${'ab'.repeat(16)}', salt: ${long} } }`,
      username: `{ password_hash: { hash: '${'ab'.repeat(16)}', salt: 's', username: ${long} } }`,
      custom: `{ custom_password_hash: { algorithm: 'md5', hash: { value: ${long}, encoding: 'hex' } } }`,
      deep: `{ custom_password_hash: { algorithm: 'md5', hash: { value: 'x', encoding: 'hex' }, salt: { value: ${long} } } }`,
    }
    for (const [form, source] of Object.entries(forms)) {
      const get_user = `(name, callback) => callback(null, { user_id: 'x', email: 'x@shop.example', ...${source} })`
      await connect(`long-${form}`, get_user, { password_recipe: { format: 'md5-salt-password' } })
      const answer = await logIn(`long-${form}`, 'x', 'secret')
      assert.equal(answer.status, 403, `${form}: ${answer.text}`)
      const [event] = await server.logs('type:fp')
      assert.match(JSON.stringify(event), /password_hash is longer than 8192 characters as JSON/, form)
      assert.ok(JSON.stringify(event).length < 5000)
    }
    const megabyte = `(name, callback) => callback(null, { user_id: 'x', email: 'x@shop.example', password_hash: 'a'.repeat(1e6) })`
    await connect('megabyte', megabyte)
    assert.equal((await logIn('megabyte', 'x', 'secret')).status, 500)
    const [event] = await server.logs('type:f')
    assert.equal(outcomeOf(event), 'script_error')
  })

  test('in the form of a plain password is refused unless a recipe names it [guard: plain-password-named]', async () => {
    const rows = returning({ ada: person('ada', '{noop}secret'), bob: person('bob', 'secret') })
    await connect('plain', rows)
    for (const name of ['ada', 'bob']) assert.equal((await logIn('plain', name, 'secret')).status, 403, name)
    await connect('plain-named', rows, { password_recipe: { format: 'plain' }, id_namespace: 'named' })
    for (const name of ['ada', 'bob']) {
      assert.equal((await logIn('plain-named', name, 'secres')).status, 403, name)
      assert.equal((await logIn('plain-named', name, 'secret')).status, 200, name)
    }
  })
})

describe('a guess', () => {
  const bcrypt = hashSync('secret', 4)
  const users = {
    'ada@shop.example': person('ada', bcrypt),
    'c-1': person('ada', bcrypt),
    'c-2': person('ada', 'no known form'),
    ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`alias-${at}`, person('eve', bcrypt)])),
  }
  let counts: Record<string, number>
  let realms = 0
  beforeEach(() => {
    counts = {}
  })
  before(() => {
    const { passwords } = server.internals as { passwords: Record<string, unknown> }
    for (const name of ['hash', 'verify', 'verifyDummy', 'verifyForeign', 'repeatForeign']) {
      const own = passwords[name] as (...given: unknown[]) => unknown
      passwords[name] = (...given: unknown[]) => {
        counts[name] = (counts[name] ?? 0) + 1
        return own(...given)
      }
    }
  })
  const connectUsers = async (more: JsonObject = {}): Promise<string> => {
    realms += 1
    await connect(`guess-${realms}`, returning(users), { id_namespace: `guess-${realms}`, ...more })
    return `guess-${realms}`
  }
  /** The hashes that a login computes: those of the legacy store, and our own. */
  const costOf = async (realm: string, name: string, password: string): Promise<[foreign: number, own: number]> => {
    for (const each of Object.keys(counts)) counts[each] = 0
    await logIn(realm, name, password)
    const { verifyForeign = 0, repeatForeign = 0, hash = 0, verify = 0, verifyDummy = 0 } = counts
    return [verifyForeign + repeatForeign, hash + verify + verifyDummy]
  }

  test('costs the same hashes for unknown, known and moved users [guard: unknown-user-repeats-hash]', async () => {
    const realm = await connectUsers()
    for (const name of ['nobody@shop.example', 'ada@shop.example', 'c-1']) {
      assert.deepEqual(await costOf(realm, name, 'wrong'), [1, 1], name)
    }
    assert.deepEqual(await costOf(realm, 'ada@shop.example', 'secret'), [1, 1], 'a move')
    assert.deepEqual(await costOf(realm, 'c-1', 'wrong'), [1, 1], 'a moved user, by another identifier')
    const legacy = await connectUsers({ import_mode: false })
    for (const name of ['nobody@shop.example', 'ada@shop.example']) {
      assert.deepEqual(await costOf(legacy, name, 'wrong'), [1, 0], name)
    }
  })

  test('of users who cannot log in is a wrong password, and counts [guard: unverified-is-wrong-password]', async () => {
    const rows = {
      ada: person('ada', bcrypt),
      costly: person('costly', `$2b$15$${'a'.repeat(53)}`),
      unread: person('unread', 'no known form'),
      mail: { ...person('mail', bcrypt), email: 'no address' },
    }
    const get_user = `(name, callback) => {
      if (name === 'barred') return callback(new UnauthorizedError('This user is blocked.'))
      if (name === 'invalid') return callback(new ValidationError('not_now', 'Come back later.'))
      callback(null, (${JSON.stringify(rows)})[name] || null)
    }`
    for (const import_mode of [true, false]) {
      const realm = `barred-${import_mode}`
      await connect(realm, get_user, { import_mode, id_namespace: realm })
      const own = import_mode ? 1 : 0
      const { text } = await logIn(realm, 'nobody', 'wrong')
      const reasons: Record<string, string | undefined> = {
        barred: 'denied_by_script',
        invalid: 'refused_by_script',
        costly: 'profile_refused',
        unread: 'profile_refused',
        mail: 'profile_refused',
        ada: undefined,
      }
      for (const [name, reason] of Object.entries(reasons)) {
        assert.equal((await logIn(realm, name, 'wrong')).text, text, name)
        const [event] = await server.logs('type:fp')
        assert.equal(outcomeOf(event), 'wrong_password', name)
        assert.equal(/"reason":"(\w+)"/.exec(JSON.stringify(event))?.[1], reason, name)
        const [foreign, here] = await costOf(realm, name, 'wrong')
        assert.equal(here, own, name)
        assert.ok(foreign >= 1, name)
      }
      for (let at = 0; at < 10; at++) await logIn(realm, 'barred', `guess ${at}`, '198.51.100.9')
      assert.equal((await logIn(realm, 'barred', 'guess', '198.51.100.9')).status, 429)
    }
  })

  test('of blanks matches no hash of an empty password [guard: blank-password-never-matches]', async () => {
    const rows = returning({ ada: person('ada', 'd41d8cd98f00b204e9800998ecf8427e') })
    const more = { password_recipe: { format: 'md5' }, password_normalization: { trim: true }, id_namespace: 'blank' }
    await connect('blank', rows, more)
    for (const password of [' ', '\t \u00a0']) assert.equal((await logIn('blank', 'ada', password)).status, 403)
  })

  test('under many identifiers of one user is counted before the hash is verified [guard: hash-guesses-reserved]', async () => {
    for (const more of [{}, { import_mode: false }]) {
      const realm = await connectUsers(more)
      for (let at = 0; at < 10; at++) {
        assert.equal((await logIn(realm, `alias-${at}`, 'wrong', '198.51.100.7')).status, 403)
      }
      for (const password of ['wrong', 'secret']) {
        assert.equal((await logIn(realm, 'alias-10', password, '198.51.100.7')).status, 429, password)
      }
      assert.equal((await logIn(realm, 'alias-11', 'secret', '198.51.100.8')).status, 200, 'another address')
    }
  })

  test('of the old password of a user who has moved is wrong, by every identifier [guard: moved-user-local-hash]', async () => {
    const realm = await connectUsers()
    assert.equal((await logIn(realm, 'ada@shop.example', 'secret')).status, 200)
    const user_id = encodeURIComponent(`auth0|${realm}|ada`)
    await server.must('PATCH', `users/${user_id}`, { password: 'Chosen-Here-1', connection: realm })
    counts = {}
    for (const name of ['ada@shop.example', 'c-1', 'c-2']) {
      assert.equal((await logIn(realm, name, 'secret')).status, 403, name)
      assert.equal((await logIn(realm, name, 'Chosen-Here-1')).status, 200, name)
    }
    assert.equal(counts['verifyForeign'] ?? 0, 0, 'the stored hash is not read again')
  })
})
