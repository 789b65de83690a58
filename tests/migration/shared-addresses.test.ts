// Rows of a legacy table that have one address, in other letters: the generated scripts, decisions, rehearsals and lists.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import type { Inspection } from '../../src/contract/assistant.ts'
import { endedLoad } from '../support/load-directory.ts'
import { bearer, outcomeOf, type Answer, type TestClient } from '../support/requests.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const rows = [
  { id: 1, email: 'twins@shop.example', password: 'first' },
  { id: 2, email: 'Twins@shop.example', password: 'second' },
  { id: 3, email: 'same@shop.example', password: 'same' },
  { id: 4, email: 'Same@shop.example', password: 'same' },
  { id: 5, email: 'alone@shop.example', password: 'alone' },
  { id: 6, email: 'named@shop.example', password: 'common' },
  { id: 7, email: 'Named@shop.example', password: 'common' },
]

describe('rows with one address', () => {
  let server: TestServer
  let database: DatabaseServer
  let client: TestClient
  let connection_id: string

  before(async () => {
    ;[server, database] = await Promise.all([startTestServer(), startPostgres()])
    client = await server.createClient()
    const { url, query } = await database.createDatabase('doubled')
    await query('create table users (id integer primary key, email text, password text)')
    for (const { id, email, password } of rows) {
      const hash = createHash('md5').update(password).digest('hex')
      await query('insert into users values ($1, $2, $3)', [id, email, hash])
    }
    const options = {
      configuration: { DATABASE_URL: url },
      egress: { mode: 'allow_list', allow: [new URL(url).host] },
    }
    const of_assistant = { enabledDatabaseCustomization: true, import_mode: true, ...options }
    connection_id = await server.createConnection('shop', options, [client])
    const settings = { IDENTIFIER_MATCH: 'ignore_case', PASSWORD_HASH: 'md5' }
    const { proposal } = (await server.must('POST', `connections/${connection_id}/inspect`, { settings })) as Inspection
    const id_namespace = 'shop'
    await server.must('PATCH', `connections/${connection_id}`, {
      options: { ...of_assistant, id_namespace, customScripts: proposal?.scripts ?? {} },
    })
    const started = await server.must('POST', path('directory'), { source: 'list_users' })
    const { load } = await endedLoad(server, connection_id, started)
    assert.equal(load.state, 'applied')
  })
  after(async () => {
    await server.close()
    await database.stop()
  })

  const path = (rest: string): string => `migrations/${connection_id}/${rest}`
  const login = (name: string, password: string): Promise<Answer> => server.login(client, 'shop', name, password)
  const recordOf = async (id: number): Promise<JsonObject> => {
    const { records } = await server.must('GET', path(`records?q=${encodeURIComponent(`shop|${id}`)}`))
    assert.equal((records as unknown[]).length, 1)
    return (records as JsonObject[])[0] as JsonObject
  }
  const decide = async (id: number, decision: JsonObject): Promise<void> => {
    await server.must('PUT', path(`records/${String((await recordOf(id))['record_id'])}/decision`), decision)
  }
  const lastOutcome = async (typed: string): Promise<unknown> =>
    outcomeOf((await server.logs(`user_name:"${typed}" AND type:(s OR f OR fp OR fu)`))[0])
  const undecidedLines = async (): Promise<string[]> => {
    const headers = bearer(await server.managementToken())
    const file = await server.send(`/api/v2/${path('decisions')}`, { headers })
    return file.text.split('\n').slice(1, -1)
  }
  const undecided = async (): Promise<string[]> => {
    const lines = await undecidedLines()
    return lines.map((line) => /shop\|\d/.exec(line)?.[0] ?? line).toSorted()
  }
  const shared = async () => {
    const { people } = await server.must('GET', path('causes'))
    const cause = (people as JsonObject[]).find(({ kind }) => kind === 'shared')
    const { records } = await server.must('GET', path('records?shared=true'))
    const ids = (records as JsonObject[]).map(({ legacy_id }) => String(legacy_id)).toSorted()
    return { people: cause?.['people'], decided: cause?.['decided'], ids }
  }

  test('are listed for a decision once a directory is loaded', async () => {
    const ids = [1, 2, 3, 4, 6, 7].map((id) => `shop|${id}`)
    assert.deepEqual(await shared(), { people: 6, decided: 0, ids })
    assert.deepEqual(await undecided(), ids)
    for (const line of await undecidedLines()) {
      assert.match(
        line,
        /,shared_identifier,"?Another user of the directory has the same e-mail address, username or phone/,
      )
    }
    const { reasons } = await server.must('GET', path('preflight'))
    assert.equal((reasons as JsonObject[]).find(({ reason }) => reason === 'undecided')?.['count'], 6)
  })

  test('a rehearsal finds each of them, and what a login would become', async () => {
    const { id } = await server.must('POST', path('rehearsals'), { calls_per_second: 100 })
    await waitUntil(async () => (await server.must('GET', path(`rehearsals/${id}`))).status === 'completed')
    const report = await server.must('GET', path(`rehearsals/${id}`))
    assert.deepEqual(report.outcomes, { shared_identifier: 6, moved: 1 })
  })

  test('without a decision, a password of both rows is a collision that both records show, and no reset is mailed', async () => {
    assert.equal((await login('same@shop.example', 'neither')).status, 403)
    assert.equal(await lastOutcome('same@shop.example'), 'wrong_password')
    assert.equal((await login('same@shop.example', 'same')).status, 500)
    assert.equal(await lastOutcome('same@shop.example'), 'collision')
    for (const id of [3, 4]) {
      const { state, last_outcome, last_error } = await recordOf(id)
      assert.deepEqual([state, last_outcome], ['refused', 'collision'])
      assert.match(String(last_error), /Several legacy users have this identifier \(shop\|3, shop\|4\)/)
    }
    await server.post('/dbconnections/change_password', { ...client, connection: 'shop', email: 'same@shop.example' })
    assert.equal((await server.outbox('same@shop.example')).length, 0)
    const signed_up = await server.post('/dbconnections/signup', {
      ...client,
      connection: 'shop',
      email: 'same@shop.example',
      password: 'Chosen-here-1',
    })
    assert.equal(signed_up.status, 400, signed_up.text)
  })

  test('a kept user moves at the login and gets a reset, and the other one is refused', async () => {
    await decide(2, { kind: 'keep' })
    assert.deepEqual((await shared()).decided, 1)
    assert.equal((await login('twins@shop.example', 'first')).status, 500)
    assert.equal((await recordOf(1))['last_outcome'], 'collision')
    await server.post('/dbconnections/change_password', { ...client, connection: 'shop', email: 'twins@shop.example' })
    assert.equal((await server.outbox('twins@shop.example')).length, 1)
    assert.equal((await login('twins@shop.example', 'second')).status, 200)
    assert.equal((await recordOf(2))['user_id'], 'auth0|shop|2')
  })

  test('of rows with one password the kept one moves, and an excluded one is in no list', async () => {
    await decide(4, { kind: 'keep' })
    await decide(3, { kind: 'exclude' })
    assert.equal((await login('same@shop.example', 'same')).status, 200)
    assert.equal((await recordOf(4))['state'], 'migrated')
    assert.deepEqual(await undecided(), ['shop|1', 'shop|6', 'shop|7'])
  })

  test('a renamed user with the password of the other one moves by the new address', async () => {
    await decide(7, { kind: 'rename', email: 'renamed@shop.example' })
    assert.deepEqual((await shared()).ids, ['shop|1'])
    assert.equal((await login('renamed@shop.example', 'common')).status, 200)
    assert.equal((await recordOf(7))['user_id'], 'auth0|shop|7')
    assert.equal((await login('named@shop.example', 'common')).status, 200)
    assert.equal((await recordOf(6))['user_id'], 'auth0|shop|6')
  })
})
