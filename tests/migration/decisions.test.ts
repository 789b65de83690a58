// Decisions on legacy users who cannot move as they are: logins, resets, sign-ups and imports apply them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { bearer, member, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { fillDirectory } from './rehearsal-kit.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const person = (user_id: string, email: string, more: JsonObject = {}): Scripted => ({
  password: `right-${user_id}`,
  profile: { user_id, email, email_verified: true, ...more },
})

// Keys are the identifiers that the legacy store finds a user by.
const people: Record<string, Scripted> = {
  'kept@twins.example': person('kept', 'twins@twins.example'),
  'other@twins.example': person('other', 'twins@twins.example'),
  'one@crowd.example': person('crowd-1', 'crowd@crowd.example'),
  'two@crowd.example': person('crowd-2', 'crowd@crowd.example'),
  'old@name.example': person('renamed', 'old@name.example', { username: 'renamed' }),
  badmail: person('badmail', 'not an address', { username: 'badmail' }),
  'spam@legacy.example': person('spam', 'spam@legacy.example'),
  'first@same.example': person('same-1', 'first@same.example'),
  'second@same.example': person('same-2', 'second@same.example'),
  'dup-1@legacy.example': { ...person('dup', 'dup-1@legacy.example'), password: 'another' },
  'dup-2@legacy.example': person('dup', 'dup-2@legacy.example'),
  'fixed@legacy.example': person('fixed', 'broken address'),
  'in-file@legacy.example': person('in-file', 'in-file@legacy.example'),
}

describe('decisions', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', peopleOptions(people), [client])
  })
  after(async () => await server.close())

  const login = (name: string, password: string): Promise<Answer> => server.login(client, 'legacy', name, password)
  const path = (rest: string): string => `migrations/${connection_id}/${rest}`
  const recordOf = async (q: string): Promise<JsonObject> => {
    const found = (await server.must('GET', path(`records?q=${encodeURIComponent(q)}`))).records as JsonObject[]
    assert.equal(found.length, 1, `one record of ${q}`)
    return found[0] as JsonObject
  }
  const decide = async (q: string, decision: JsonObject): Promise<Answer> =>
    await server.api('PUT', path(`records/${String((await recordOf(q))['record_id'])}/decision`), decision)
  const mustDecide = async (q: string, decision: JsonObject): Promise<void> => {
    const answer = await decide(q, decision)
    assert.equal(answer.status, 200, answer.text)
  }
  const withdraw = async (q: string): Promise<Answer> =>
    await server.api('DELETE', path(`records/${String((await recordOf(q))['record_id'])}/decision`))
  /** Makes a record by a look-up, without a login. */
  const meet = (email: string): Promise<Answer> =>
    server.post('/dbconnections/signup', { ...client, connection: 'legacy', email, password: 'Chosen-here-1' })
  const requestReset = async (email: string): Promise<number> => {
    const before_mails = (await server.outbox(email)).length
    await server.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'legacy', email })
    return (await server.outbox(email)).length - before_mails
  }
  const upload = async (text: string | Buffer<ArrayBuffer>): Promise<Answer> => {
    const form = new FormData()
    form.append('file', new Blob([text]), 'decisions.csv')
    const request = new Request('http://wherry.test', { method: 'POST', body: form })
    return await server.send(`/api/v2/${path('decisions')}`, {
      method: 'POST',
      headers: {
        ...bearer(await server.managementToken()),
        'content-type': request.headers.get('content-type') ?? '',
      },
      body: Buffer.from(await request.arrayBuffer()),
    })
  }
  const download = async (query = ''): Promise<string> =>
    (await server.send(`/api/v2/${path('decisions')}${query}`, { headers: bearer(await server.managementToken()) }))
      .text

  test('keep: this user moves, and the others with the address do not [guard: kept-identifiers]', async () => {
    await meet('kept@twins.example')
    await mustDecide('kept', { kind: 'keep' })
    const other = await login('other@twins.example', 'right-other')
    assert.equal(other.status, 500, other.text)
    assert.equal((await recordOf('other'))['last_outcome'], 'collision')
    const [event] = await server.logs('user_name:"other@twins.example"')
    assert.match(String(event?.['description']), /is reserved for another legacy user by a decision/)
    const signed_up = await server.post('/dbconnections/signup', {
      ...client,
      connection: 'legacy',
      email: 'twins@twins.example',
      password: 'Chosen-here-1',
    })
    assert.equal(member(signed_up.json, 'code'), 'invalid_signup', signed_up.text)
    assert.equal((await login('kept@twins.example', 'right-kept')).status, 200)
    assert.equal((await decide('kept', { kind: 'exclude' })).json?.errorCode, 'decision_is_final')
    assert.equal((await withdraw('kept')).json?.errorCode, 'decision_is_final')
    const refused = await decide('other', { kind: 'keep' })
    assert.deepEqual([refused.status, refused.json?.errorCode], [409, 'decision_refused'])
    assert.match(String(refused.json?.message), /the user auth0\|kept has the identifier/)
  })

  test('a refusal because of another record names the legacy id of its user', async () => {
    for (const email of ['one@crowd.example', 'two@crowd.example']) await meet(email)
    await mustDecide('crowd-1', { kind: 'keep' })
    const reserved = await decide('crowd-2', { kind: 'keep' })
    assert.match(
      String(reserved.json?.message),
      /a decision reserves the identifier for the record mrc_\w+ \(legacy id crowd-1\)/,
    )
    await withdraw('crowd-1')
    const named = await decide('crowd-2', { kind: 'rename', email: 'one@crowd.example' })
    assert.match(String(named.json?.message), /the legacy user of the record mrc_\w+ \(legacy id crowd-1\) has/)
  })

  test('rename: the user moves with an unverified address, and no link is mailed to it [guard: no-reset-to-a-new-name]', async () => {
    await meet('old@name.example')
    await mustDecide('renamed', { kind: 'rename', email: 'New@Name.example' })
    assert.equal(await requestReset('new@name.example'), 0)
    assert.equal(await requestReset('old@name.example'), 0)
    assert.equal((await login('new@name.example', 'wrong')).status, 403)
    assert.equal((await login('new@name.example', 'right-renamed')).status, 200)
    const user = await server.must('GET', 'users/auth0%7Crenamed')
    assert.deepEqual([user.email, user.email_verified], ['new@name.example', false])
    assert.equal(await requestReset('new@name.example'), 0)
    await server.must('PATCH', 'users/auth0%7Crenamed', { email_verified: true })
    assert.equal(await requestReset('new@name.example'), 1)
  })

  test('rename: a user whose address is none moves with another one', async () => {
    assert.equal((await login('badmail', 'right-badmail')).status, 500)
    await mustDecide('badmail', { kind: 'rename', email: 'badmail@name.example' })
    assert.equal((await login('badmail', 'right-badmail')).status, 200)
    const record = await recordOf('badmail@name.example')
    assert.deepEqual([record['state'], record['user_id']], ['migrated', 'auth0|badmail'])
    assert.equal((await server.must('GET', path('records?q=badmail&take=10'))).records.length, 1)
  })

  test('exclude: its text is the answer to the right password only, and nobody else gets the address [guard: excluded-users]', async () => {
    await meet('spam@legacy.example')
    await mustDecide('spam', { kind: 'exclude', message: 'Ask the desk.' })
    const wrong = await login('spam@legacy.example', 'wrong')
    assert.deepEqual([wrong.status, member(wrong.json, 'error')], [403, 'invalid_grant'])
    const right = await login('spam@legacy.example', 'right-spam')
    assert.deepEqual(
      [right.status, member(right.json, 'error'), member(right.json, 'error_description')],
      [403, 'unauthorized', 'Ask the desk.'],
    )
    const [event] = await server.logs('user_name:"spam@legacy.example" AND type:f')
    assert.equal(outcomeOf(event), 'excluded')
    assert.equal(await requestReset('spam@legacy.example'), 0)
    assert.equal(member((await meet('spam@legacy.example')).json, 'code'), 'invalid_signup')
    assert.equal((await server.api('GET', 'users/auth0%7Cspam')).status, 404)
    assert.equal((await withdraw('spam')).status, 204)
    assert.equal((await login('spam@legacy.example', 'right-spam')).status, 200)
  })

  test('alias: either id moves the one person, and then the local password decides [guard: alias-of-a-person]', async () => {
    await meet('first@same.example')
    await meet('second@same.example')
    const target = await recordOf('same-1')
    assert.match((await decide('same-1', { kind: 'alias', alias_of: String(target['record_id']) })).text, /itself/)
    await mustDecide('same-2', { kind: 'alias', alias_of: String(target['record_id']) })
    assert.match((await decide('same-1', { kind: 'exclude' })).text, /is an alias of this one/)
    assert.equal((await login('second@same.example', 'right-same-2')).status, 200)
    assert.equal((await server.api('GET', 'users/auth0%7Csame-1')).status, 200)
    assert.equal((await server.api('GET', 'users/auth0%7Csame-2')).status, 404)
    assert.equal((await login('first@same.example', 'right-same-1')).status, 403)
    assert.equal((await login('first@same.example', 'right-same-2')).status, 200)
    const [one, two] = [await recordOf('same-1'), await recordOf('same-2')]
    assert.deepEqual([one['state'], two['state'], two['user_id']], ['migrated', 'migrated', 'auth0|same-1'])
    await server.must('DELETE', 'users/auth0%7Csame-1')
    assert.deepEqual([(await recordOf('same-1'))['state'], (await recordOf('same-2'))['state']], ['deleted', 'deleted'])
    assert.equal((await login('second@same.example', 'right-same-2')).status, 403)
  })

  test('keep: of two users of one legacy id in the directory, this one moves [guard: kept-of-one-id]', async () => {
    const listed = ['dup-1', 'dup-2'].map((id) => ({
      legacy_id: null,
      given_legacy_id: 'dup',
      email: `${id}@legacy.example`,
      problem: 'repeated_id',
    }))
    // The third is for the next test.
    await fillDirectory(server, connection_id, [...listed, { legacy_id: 'same-3', email: 'third@same.example' }])
    await mustDecide('dup-2@legacy.example', { kind: 'keep' })
    assert.equal((await login('dup-1@legacy.example', 'another')).status, 500)
    assert.equal((await login('dup-2@legacy.example', 'right-dup')).status, 200)
    const record = await recordOf('dup-2@legacy.example')
    assert.deepEqual([record['state'], record['legacy_id']], ['migrated', 'dup'])
    const other = await recordOf('dup-1@legacy.example')
    assert.deepEqual([other['state'], other['legacy_id']], ['refused', undefined])
    assert.equal((await login('dup-1@legacy.example', 'another')).status, 403)
  })

  test('alias: taken back, the record has the state that it had before', async () => {
    assert.equal((await login('kept@twins.example', 'right-kept')).status, 200)
    const { record_id } = await recordOf('kept')
    await mustDecide('same-3', { kind: 'alias', alias_of: String(record_id) })
    assert.equal((await recordOf('same-3'))['state'], 'migrated')
    assert.equal((await withdraw('same-3')).status, 204)
    const { state, user_id } = await recordOf('same-3')
    assert.deepEqual([state, user_id], ['unseen', undefined])
  })

  test('a file that is loaded again changes nothing where its decisions hold', async () => {
    const id_of = async (q: string): Promise<string> => String((await recordOf(q))['record_id'])
    const [target, alias, other] = [await id_of('kept'), await id_of('same-3'), await id_of('dup-1@legacy.example')]
    const lines = ['record_id,decision,alias_of,message', `${alias},alias,${target},`, `${other},exclude,,Call us`]
    const shown = () => Promise.all([alias, other].map((record_id) => server.must('GET', path(`records/${record_id}`))))
    const first = await upload(lines.join('\n'))
    assert.equal(first.status, 200, first.text)
    // The person of the alias is here: its record has moved.
    const before_it = await shown()
    assert.equal(before_it[0]?.['state'], 'migrated')
    const again = await upload(lines.join('\n'))
    assert.deepEqual([again.status, again.json], [200, first.json])
    assert.deepEqual(await shown(), before_it)
    const changed = await upload([...lines.slice(0, 2), `${other},exclude,,Write to us`].join('\n'))
    assert.equal(changed.status, 200, changed.text)
    assert.equal(member((await shown())[1]?.['decision'], 'message'), 'Write to us')
    const final = await upload([String(lines[0]), `${alias},exclude,,`].join('\n'))
    assert.match(final.text, /line 2: the user has moved or was deleted/)
    const twice = await upload([...lines, `${other},keep,,`].join('\n'))
    assert.match(twice.text, /line 4: another row decides about the same record/)
    for (const record_id of [alias, other]) await server.must('DELETE', path(`records/${record_id}/decision`))
  })

  test('a file with the records that need a decision is filled in and loaded; a wrong row changes nothing', async () => {
    assert.equal((await login('fixed@legacy.example', 'right-fixed')).status, 500)
    await meet('in-file@legacy.example')
    const header = (text: string): string[] => text.trim().split('\r\n')
    const file = await download()
    const rows = header(file)
    assert.match(String(rows[0]), /^record_id,legacy_id,email,/)
    const fixed = rows.find((row) => row.includes('is not an e-mail address'))
    assert.ok(fixed, file)
    const fixed_id = fixed.split(',')[0] ?? ''
    const in_file = await recordOf('in-file@legacy.example')
    const lines = [
      'record_id;decision;new_email;message',
      `${fixed_id};retry;;`,
      `${String(in_file['record_id'])};exclude;;'=no formula`,
      'mrc_unknown;keep;;',
    ]
    const refused = await upload(lines.join('\r\n'))
    assert.equal(refused.status, 400)
    assert.match(
      String(refused.json?.message),
      /^Nothing was changed: line 4: the record mrc_unknown does not exist\.$/,
    )
    assert.equal((await recordOf('in-file@legacy.example'))['decision'], undefined)
    const no_address = await upload([String(lines[0]), `${fixed_id};rename;nowhere;`].join('\n'))
    assert.match(String(no_address.json?.message), /^Nothing was changed: line 2: new_email is not an e-mail address/)
    const misspelled = await upload([...lines.slice(0, 2), `${fixed_id};remove;;`].join('\n'))
    assert.match(String(misspelled.json?.message), /^Line 3: the decision must be one of keep, rename/)
    const loaded = await upload(`\uFEFF${[...lines.slice(0, 3), 'mrc_open;;;'].join('\r\n')}`)
    assert.deepEqual(loaded.json, {
      rows: 3,
      decided: { keep: 0, rename: 0, alias: 0, exclude: 1, retry: 1 },
      left_open: 1,
    })
    const answer = await login('in-file@legacy.example', 'right-in-file')
    assert.equal(member(answer.json, 'error_description'), '=no formula')
    assert.equal((await download()).includes(fixed_id), false)
    assert.equal((await download('?decided=true')).includes(fixed_id), true)
    assert.equal((await login('fixed@legacy.example', 'right-fixed')).status, 500)
    assert.equal((await download()).includes(fixed_id), true)
    const latin = Buffer.from(`record_id;decision;message\r\n${fixed_id};exclude;é`, 'latin1')
    assert.match(
      String((await upload(latin)).json?.message),
      /^Line 2: its bytes are not UTF-8: save it as CSV in UTF-8/,
    )
    // A spreadsheet leaves empty columns at the end of rows out.
    const short = await upload(`record_id,decision,new_email,message\r\n${fixed_id},retry\r\n`)
    assert.equal(short.json?.['rows'], 1, short.text)
    const long = await upload(`record_id,decision\r\n${fixed_id},retry,more`)
    assert.match(String(long.json?.message), /^Line 2: the row has 3 fields, and the header has 2/)
    // NFKC makes 18 characters of each.
    const username = '\uFDFA'.repeat(57)
    await server.internals.db
      .updateTable('migration_records')
      .set({ username })
      .where('record_id', '=', fixed_id)
      .execute()
    assert.match(await download('?decided=true'), new RegExp(`${fixed_id},.*${username}`))
  })
})
