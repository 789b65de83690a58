// Trying a script: what it answers.
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { member, objects } from '../support/requests.ts'
import { found, password, startTrying } from '../support/try-scripts.ts'

describe('trying a script', () => {
  let trying: Awaited<ReturnType<typeof startTrying>>
  let shop: Awaited<ReturnType<typeof trying.connect>>
  before(async () => {
    trying = await startTrying()
  })
  after(async () => await trying.close())
  beforeEach(async () => {
    shop = await trying.connect()
  })

  const rowsOf = async (table: 'users' | 'migration_records' | 'credentials') =>
    await trying.server.internals.db.selectFrom(table).selectAll().execute()

  test('of login shows what would be stored, and stores nothing', async () => {
    const before = [await rowsOf('users'), await rowsOf('migration_records'), await rowsOf('credentials')]
    const tried = await shop.run('login', [' ada@shop.example', password])
    assert.deepEqual([tried['outcome'], tried['error']], ['moved', null])
    const stored = new Map(found(tried, 'stored') as [string, unknown][])
    assert.deepEqual(
      ['user_id', 'email', 'name', 'user_metadata', 'legacy'].map((field) => stored.get(field)),
      ['auth0|7', 'ada@shop.example', 'Ada', { theme: 'dark' }, { since: 2001 }],
    )
    assert.deepEqual(
      found(tried, 'dropped').toSorted(([one], [other]) => String(one).localeCompare(String(other))),
      [
        ['legacy.password_hash', 'It has the name of a secret.'],
        ['note', 'It is the password that was typed.'],
        ['picture', 'It must be a string; it is a value of type object.'],
        ['tenant_id', 'A script cannot set it.'],
      ],
    )
    assert.deepEqual(found(tried, 'converted'), [['blocked', 'It is stored as false.']])
    const { picture, ...result } = tried['result'] as JsonObject
    assert.deepEqual(picture, { url: 'x' })
    assert.equal(result['email'], 'Ada@Shop.example')
    assert.ok(!JSON.stringify(tried).includes(password))
    assert.ok(!JSON.stringify(tried).includes('$2b$10$'))
    assert.ok(Number(tried['duration_ms']) < 5000)
    assert.deepEqual([await rowsOf('users'), await rowsOf('migration_records'), await rowsOf('credentials')], before)
  })

  test('of a long buffer shows the length, and names what JSON cannot hold', async () => {
    const source = `(email, password, cb) => cb(null, {
      user_id: 7, email, photo: Buffer.alloc(8000, 200), video: Buffer.alloc(40_000, 200),
      born: new Date('x'), score: NaN, tags: new Map([['a', 1]]),
    })`
    const tried = await shop.run('login', ['ada@shop.example', password], { source })
    assert.equal(tried['outcome'], 'moved')
    assert.deepEqual((tried['result'] as JsonObject)['video'], { type: 'Buffer', length: 40_000 })
    assert.deepEqual(new Map(found(tried, 'stored') as [string, unknown][]).get('photo'), {
      type: 'Buffer',
      length: 8000,
    })
    assert.match(String(found(tried, 'converted')), /photo,Its bytes are stored as a list of numbers/)
    assert.match(String(found(tried, 'dropped')), /video,With it, .* larger than 65536 bytes as JSON/)
    assert.deepEqual(
      objects(tried['console']).map(({ text }) => text),
      ['born is an invalid Date', 'score is NaN', 'tags is a Map'].map(
        (start) => `${start}, which JSON cannot hold: it is not stored`,
      ),
    )
  })

  test('names each other outcome of a login, and the place of an error in the source', async () => {
    const cases: [source: string, outcome: string, error: JsonObject | null][] = [
      ['(email, password, cb) => cb(null)', 'unknown_user', null],
      ['(email, password, cb) => cb(null, { email })', 'profile_refused', null],
      ['(email, password, cb) => cb(null, { id: 1, email, blocked: true })', 'blocked', null],
      [
        '(email, password, cb) => cb(null, [])',
        'script_error',
        {
          name: 'Error',
          message:
            'The script must return a profile (an object), or null where there is no user; it returned a list of 0.',
        },
      ],
      [
        `(email, password, cb) => {
          cb(new UnauthorizedError('not you'))
        }`,
        'denied_by_script',
        { name: 'UnauthorizedError', message: 'not you', code: 'unauthorized', line: 2, column: 14 },
      ],
      [
        '(email, password, cb) => email.nothing.here',
        'script_error',
        { name: 'TypeError', message: "Cannot read properties of undefined (reading 'here')", line: 1, column: 40 },
      ],
      [
        'function login(email, password, cb) {\n  cb(null, {)\n}',
        'script_error',
        { name: 'SyntaxError', message: 'Unexpected token', line: 2, column: 13 },
      ],
      [
        'function login(email: string, password, cb) { cb(null) }',
        'script_error',
        {
          name: 'SyntaxError',
          message: 'TypeScript is not supported: compile the script to JavaScript (Unexpected token)',
          line: 1,
          column: 21,
        },
      ],
      [
        "JSON.parse('{')\nfunction login(email, password, cb) {}",
        'script_error',
        {
          name: 'Error',
          message:
            "There is no function to call: SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
          line: 1,
          column: 6,
        },
      ],
      [
        "const a = 1\nthrow new Error('top')\nfunction login(email, password, cb) {}",
        'script_error',
        { name: 'Error', message: 'There is no function to call: Error: top', line: 2, column: 7 },
      ],
    ]
    for (const [source, outcome, error] of cases) {
      const tried = await shop.run('login', ['eve@shop.example', 'x'], { source })
      assert.deepEqual([tried['outcome'], tried['error']], [outcome, error], source)
    }
    const refused = await shop.run('login', ['eve@shop.example', 'x'], {
      source: '(email, password, cb) => cb(null, { email })',
    })
    assert.deepEqual(found(refused, 'refused'), [
      ['user_id', "The profile's user_id is missing: the script must return user_id (or id)."],
    ])
  })

  test('shows the text of the log-in page in the language of the tenant, for the script that decides a login only', async () => {
    const { server } = trying
    const shownFor = async (script: string, args: string[], source: string) =>
      (await shop.run(script, args, { source }))['shown_text']
    const typed = ['eve@shop.example', 'x']
    const wrong = '(email, password, cb) => cb(new WrongUsernameOrPasswordError(email))'
    const denies = "(email, password, cb) => cb(new UnauthorizedError('Call us.'))"
    const throws = "(email, password, cb) => cb(new Error('table people is gone'))"
    assert.equal(await shownFor('login', typed, wrong), 'This login name or this password is wrong.')
    assert.equal(await shownFor('login', typed, denies), 'Call us.')
    assert.match(String(await shownFor('login', typed, throws)), /^We could not complete/)
    assert.equal(await shownFor('login', typed, '(email, password, cb) => cb(null, { id: 1, email })'), undefined)
    assert.equal(await shownFor('get_user', ['eve@shop.example'], '(email, cb) => cb(null)'), undefined)
    await server.must('PATCH', 'tenants/settings', { enabled_locales: ['de', 'en'] })
    assert.match(String(await shownFor('login', typed, wrong)), /Passwort/)
    await server.must('PATCH', 'tenants/settings', { enabled_locales: ['en'] })
  })

  test('of a user who has moved or was deleted, and of a taken address, says so', async () => {
    assert.equal((await shop.logIn('ada@shop.example', password)).status, 200)
    const moved = await shop.run('login', ['ada@shop.example', password])
    assert.equal(moved['outcome'], 'moved_before')
    const source = "(email, password, cb) => cb(null, { id: '8', email: 'ada@shop.example' })"
    assert.equal((await shop.run('login', ['ada@shop.example', 'x'], { source }))['outcome'], 'collision')
    await trying.server.must('DELETE', 'users/auth0%7C7')
    assert.equal((await shop.run('login', ['ada@shop.example', password]))['outcome'], 'tombstoned')
    await trying.server.must('DELETE', `connections/${shop.id}`)
  })

  test('names the fields that differ from what the scripts last returned, and no value', async () => {
    await shop.change({ id_namespace: shop.name })
    assert.equal((await shop.logIn('ada@shop.example', password)).status, 200)
    const source = "(email, cb) => cb(null, { id: '7', email, name: 'Lovelace', user_metadata: { theme: 'dark' } })"
    const tried = await shop.run('get_user', ['ada@shop.example'], { source })
    assert.equal(tried['outcome'], 'found')
    assert.deepEqual(found(tried, 'differs'), [
      ['legacy', 'It differs from what login last returned for this user.'],
      ['name', 'It differs from what login last returned for this user.'],
    ])
  })

  test('answers its console with secrets masked, and writes no line of the script log', async () => {
    const API_TOKEN = 'Harbour-9f3a71c2'
    const path = `connections/${shop.id}/configuration`
    await trying.server.must('PATCH', path, { configuration: { API_TOKEN, TABLE: 'legacy_people' } })
    const source = `(email, password, cb) => {
      console.log('typed', password, configuration.API_TOKEN, 'for', configuration.TABLE, configuration.URL)
      for (let n = 0; n < 300; n += 1) console.warn('line', n)
      cb(null)
    }`
    const tried = await shop.run('login', ['ada@shop.example', password], { source })
    const lines = objects(tried['console'])
    assert.equal(lines.length, 100)
    const { level, text } = lines[0] ?? {}
    assert.equal(level, 'log')
    // Who tries a script may read what is no secret, and needs it to find a fault.
    assert.match(
      String(text),
      /^typed \[password\] \[configuration\.API_TOKEN\] for legacy_people http:\/\/127\.0\.0\.1:\d+\/$/,
    )
    const thrown = await shop.run('login', ['ada@shop.example', password], {
      source: "() => { throw new Error('no table ' + configuration.TABLE + ' with ' + configuration.API_TOKEN) }",
    })
    assert.equal(member(thrown['error'], 'message'), 'no table legacy_people with [configuration.API_TOKEN]')
    // The list stores the lines that wait to be stored first.
    assert.deepEqual((await trying.server.must('GET', `connections/${shop.id}/script-logs`))['script_logs'], [])
  })

  test('obeys the egress rules of the connection', async () => {
    await shop.change({ egress: { mode: 'allow_list', allow: [] } })
    const tried = await shop.run('login', ['ada@shop.example', password])
    assert.equal(tried['outcome'], 'legacy_unreachable')
  })

  test('of list_users shows the first users of a page, and who of it could not move', async () => {
    const source = `(cursor, cb) => {
      const user = (id) => ({ id, email: 'ada' + id + '@shop.example', password_hash: 'secret', blocked: id === 2 })
      const users = Array.from({ length: 30 }, (_, at) => user(at + 1))
      if (cursor === 'odd') users.splice(0, 3, { email: 'no-id@shop.example' }, { id: 7, email: 'no address' }, user(9))
      cb(null, { users, next: cursor === null ? 'odd' : null })
    }`
    const first = await shop.run('list_users', [null], { source })
    assert.equal(first['outcome'], 'listed')
    const { users, next } = first['result'] as { users: JsonObject[]; next: string }
    assert.deepEqual([users.length, users[0]?.['id'], next], [20, 1, 'odd'])
    assert.ok(!JSON.stringify(first).includes('secret'))
    assert.deepEqual(
      objects(first['checks']).map(({ check, message }) => [check, message]),
      [['cut', 'The page has 30 users, of whom 20 are shown.']],
    )
    const odd = await shop.run('list_users', ['odd'], { source })
    assert.deepEqual(
      objects(odd['checks']).map(({ field }) => field),
      ['users', 'users[0].user_id', 'users[1].email', 'users[8].user_id'],
    )
    for (const result of ['[]', '{ users: 1 }', '{ users: [], next: 7 }', `{ users: Array(501).fill({ id: 1 }) }`]) {
      const tried = await shop.run('list_users', [null], { source: `(cursor, cb) => cb(null, ${result})` })
      assert.deepEqual([tried['outcome'], tried['result']], ['list_refused', null], result)
    }
  })

  test('list_users is saved, checked and kept in versions like any script', async () => {
    const list_users = `(cursor, cb) => cb(null, { users: [{ id: 1, email: 'ada@shop.example' }], next: null })`
    const broken = await trying.server.api('PATCH', `connections/${shop.id}`, {
      options: { customScripts: { list_users: 'function (' } },
    })
    assert.match(broken.text, /options\.customScripts\.list_users/)
    await shop.change({ customScripts: { list_users } })
    const tried = await shop.run('list_users', [null])
    assert.deepEqual([tried['outcome'], tried['checks']], ['listed', []])
    const versions = await trying.server.must('GET', `connections/${shop.id}/scripts/list_users/versions`)
    assert.equal(objects((versions as JsonObject)['versions'] ?? versions).length, 1)
  })

  test('refuses arguments that a script does not take, without quoting them', async () => {
    const secret = 'Quoted-4711'
    for (const [script, args, message] of [
      ['login', [secret], /login takes 2 arguments \(identifier, password\), not 1/],
      ['login', [secret, 1], /password must be a string/],
      ['create', [secret], /user must be an object/],
      ['change_email', [secret, secret, secret], /verified must be true or false/],
    ] as const) {
      const answer = await shop.send(script, [...args], { source: '() => 1', allow_writes: true })
      assert.equal(answer.status, 400)
      assert.match(answer.text, message)
      assert.ok(!answer.text.includes(secret))
    }
    assert.match((await shop.send('verify', ['a'], { allow_writes: true })).text, /The connection has no verify script/)
    assert.match((await shop.send('list_users', [1])).text, /cursor must be a string, or null for the first page/)
  })
})
