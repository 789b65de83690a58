// The directory of a legacy store, loaded through the API: who is left is known before the last user has come.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import type { JsonObject } from '../../src/base/json.ts'
import { endedLoad, uploadDirectory } from '../support/load-directory.ts'
import type { Json, TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { directoryConnection } from './directory-connection.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(() => server?.close())

const connection = (people: JsonObject[] = [], more: { options?: JsonObject; scripts?: JsonObject } = {}) =>
  directoryConnection(server, client, people, more)

const row = (nth: number): string => `u${nth},u${nth}@dir.example\n`
const csv = (first: number, last: number): string =>
  `id,email\n${Array.from({ length: last - first + 1 }, (_, nth) => row(first + nth)).join('')}`

const statesOf = ({ states, directory }: Json) => ({
  unseen: states.unseen,
  refused: states.refused,
  migrated: states.migrated,
  records: directory.records,
  gone: directory.gone,
})

describe('a load of a directory', () => {
  it('makes a record of each user, who may be found by id, identifier and what the directory says', async () => {
    const legacy = await connection()
    assert.deepEqual((await legacy.summary()).directory, { loaded: false })
    const hash = bcrypt('old password', 4)
    const file = `id,email,username,last_login,blocked,password_hash,given_name
1,Ada@Dir.example,ada,2024-01-02T00:00:00Z,no,${hash},Ada
2,bea@dir.example,bea,2020-05-06T00:00:00Z,yes,,Bea
3,cy@dir.example,,,,not a hash,
`
    const { load, job } = await legacy.load(file)
    assert.deepEqual(
      [job.type, job.status, job.load_id],
      ['directory_load', 'completed', load.load_id],
      JSON.stringify(job),
    )
    assert.equal(load.state, 'applied')
    const { rows, added, disabled, with_hash, hash_forms } = load.counts
    assert.deepEqual([rows, added, disabled, with_hash], [3, 3, 1, 1])
    assert.deepEqual(hash_forms, { bcrypt: 1, unreadable: 1 })
    const summary = await legacy.summary()
    const { loaded_at, ...directory } = summary.directory
    assert.ok(Date.parse(loaded_at) > 0)
    assert.deepEqual(directory, {
      loaded: true,
      load_id: load.load_id,
      records: 3,
      gone: 0,
      disabled: 1,
      with_hash: 1,
      problems: 0,
      discovered: 0,
    })
    assert.deepEqual([summary.records, summary.states.unseen, summary.days[0].unseen], [3, 3, 3])
    const [ada] = await legacy.records('&q=ada@dir')
    assert.deepEqual(
      [ada.legacy_id, ada.email, ada.state, ada.identifiers],
      ['1', 'ada@dir.example', 'unseen', ['ada', 'ada@dir.example']],
    )
    assert.deepEqual(ada.directory, {
      given_legacy_id: '1',
      email: 'Ada@Dir.example',
      username: 'ada',
      last_activity_at: '2024-01-02T00:00:00.000Z',
      disabled: false,
      has_hash: true,
      hash_form: 'bcrypt',
      load_id: load.load_id,
    })
    const found = async (query: string) =>
      (await legacy.records(query)).map(({ legacy_id }) => String(legacy_id)).toSorted()
    assert.deepEqual(await found('&q=2'), ['2'])
    assert.deepEqual(await found('&disabled=true'), ['2'])
    assert.deepEqual(await found('&disabled=false'), ['1', '3'])
    assert.deepEqual(await found('&has_hash=true&state=unseen'), ['1'])
    assert.deepEqual(await found('&active_since=2021-01-01T00:00:00Z'), ['1'])
    assert.deepEqual(await found('&active_before=2021-01-01T00:00:00Z'), ['2'])
    assert.deepEqual(await found('&gone=true'), [])
    const page = await server.must('GET', `${legacy.at}/records?gone=false&take=2`)
    const rest = await server.must('GET', `${legacy.at}/records?gone=false&take=2&from=${page.next}`)
    assert.deepEqual([...page.records, ...rest.records].map((one: Json) => String(one.legacy_id)).toSorted(), [
      '1',
      '2',
      '3',
    ])
    const detail = await server.must('GET', `${legacy.at}/records/${ada.record_id}`)
    assert.deepEqual(
      detail.history.map((event: Json) => [event.to_state, event.through]),
      [['unseen', 'directory']],
    )
    for (const answer of [summary, detail, await legacy.records(), load, job]) {
      assert.ok(!JSON.stringify(answer).includes(hash.slice(8)), 'nothing shows the hash')
    }
    assert.ok(!JSON.stringify(await legacy.rows()).includes(hash.slice(8)), 'it is sealed')
  })

  it('[guard: directory-confirmation] applies a reload as a whole or not at all, and waits where many would be gone', async () => {
    const legacy = await connection()
    await legacy.load(csv(1, 100))
    const before = statesOf(await legacy.summary())
    assert.deepEqual(before, { unseen: 100, refused: 0, migrated: 0, records: 100, gone: 0 })
    const empty = await legacy.load('id,email\n')
    assert.equal(empty.load.state, 'waiting_for_confirmation')
    assert.match(empty.job.status_details, /no rows: 100 of 100 users .* would be marked as gone/)
    assert.deepEqual(statesOf(await legacy.summary()), before)
    const beside = await uploadDirectory(server, legacy.id, csv(1, 2))
    assert.deepEqual([beside.status, beside.json.errorCode], [409, 'directory_load_in_progress'])
    assert.equal((await server.api('DELETE', `${legacy.at}/directory/${empty.load.load_id}`)).status, 204)
    const { job: cut, load: failed } = await legacy.load(`${csv(1, 60)}u61,"u61@dir`)
    assert.deepEqual([cut.status, failed.state], ['failed', 'failed'])
    assert.match(cut.status_details, /[Ll]ine 62/)
    assert.deepEqual(statesOf(await legacy.summary()), before)
    const { load: part, job } = await legacy.load(csv(1, 40))
    assert.deepEqual([job.status, part.state, part.counts.gone], ['completed', 'waiting_for_confirmation', 60])
    assert.match(part.message, /40 rows: 60 of 100 users .* more than 5 %/)
    assert.deepEqual(statesOf(await legacy.summary()), before)
    const confirm = `${legacy.at}/directory/${part.load_id}/confirm`
    assert.equal((await server.api('POST', confirm, { rows: 40, gone: 59 })).status, 400)
    const confirmed = await endedLoad(server, legacy.id, await server.must('POST', confirm, { rows: 40, gone: 60 }))
    assert.deepEqual([confirmed.load.state, confirmed.load.confirmed], ['applied', { rows: 40, gone: 60 }])
    assert.deepEqual(statesOf(await legacy.summary()), { ...before, gone: 60 })
    assert.equal((await legacy.records('&gone=true')).length, 60)
    const { load: full } = await legacy.load(csv(1, 100))
    assert.deepEqual([full.state, full.counts.returned, full.counts.changed], ['applied', 60, 0])
    assert.deepEqual(statesOf(await legacy.summary()), before)
    assert.equal((await server.api('POST', confirm, { rows: 40, gone: 60 })).status, 409)
    assert.equal(
      await server.internals.db.selectFrom('directory_staged_rows').select('row_no').executeTakeFirst(),
      undefined,
    )
    assert.equal(await server.internals.db.selectFrom('job_files').select('name').executeTakeFirst(), undefined)
  })

  it('gives rows with a missing or repeated id records of their own, until a load has them right', async () => {
    const legacy = await connection([{ user_id: '8', email: 'dee@dir.example' }])
    const { load } = await legacy.load(`id,email
7,ada@dir.example
7,bea@dir.example
,cy@dir.example
8,dee@dir.example
9,eve-at-dir.example
`)
    const { repeated_id, missing_id, invalid_address, rows } = load.counts
    assert.deepEqual([rows, repeated_id, missing_id, invalid_address], [5, 2, 1, 1])
    const shown = async () =>
      (await legacy.records()).map((record) => [
        record.directory.email.slice(0, 3),
        record.legacy_id,
        record.directory.given_legacy_id,
        record.state,
        record.last_outcome,
        record.directory.problem,
      ])
    const sorted = (list: unknown[][]) => list.toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1))
    assert.deepEqual(sorted(await shown()), [
      ['ada', undefined, '7', 'refused', 'profile_refused', 'repeated_id'],
      ['bea', undefined, '7', 'refused', 'profile_refused', 'repeated_id'],
      ['cy@', undefined, undefined, 'refused', 'profile_refused', 'missing_id'],
      ['dee', '8', '8', 'unseen', undefined, undefined],
      ['eve', '9', '9', 'refused', 'profile_refused', 'invalid_address'],
    ])
    assert.equal((await legacy.records('&problem=any')).length, 4)
    assert.equal((await legacy.records('&problem=repeated_id&q=7')).length, 2)
    const again = await legacy.load(`id,email
7,ada@dir.example
10,bea@dir.example
11,cy@dir.example
8,dee@dir.example
9,eve@dir.example
`)
    assert.deepEqual([again.load.state, again.load.counts.added], ['applied', 0], JSON.stringify(again.load))
    assert.deepEqual(
      sorted(await shown()).map(([name, id, , state]) => [name, id, state]),
      [
        ['ada', '7', 'unseen'],
        ['bea', '10', 'unseen'],
        ['cy@', '11', 'unseen'],
        ['dee', '8', 'unseen'],
        ['eve', '9', 'unseen'],
      ],
    )
    const { directory, states } = await legacy.summary()
    assert.deepEqual([directory.problems, directory.records, states.refused, states.unseen], [0, 5, 0, 5])
  })

  it('finds two users who share an address by it, and gives it to the other when one gets a new one', async () => {
    const legacy = await connection()
    const head = 'id,email\n'
    await legacy.load(`${head}1,both@dir.example\n2,Both@dir.example\n`)
    const found = async (q: string) =>
      (await legacy.records(`&q=${q}`)).map(({ legacy_id }) => String(legacy_id)).toSorted()
    assert.deepEqual(await found('both@dir.example'), ['1', '2'])
    const { load } = await legacy.load(`${head}1,one@dir.example\n2,Both@dir.example\n`)
    assert.equal(load.counts.changed, 1)
    assert.deepEqual([await found('one@'), await found('both@')], [['1'], ['2']])
    const [two] = await legacy.records('&q=2')
    assert.deepEqual(two.identifiers, ['both@dir.example'])
  })

  it('refuses a file that names one id over and over, and another load beside an open one', async () => {
    const legacy = await connection()
    const { load } = await legacy.load(
      `id,email\n${Array.from({ length: 1001 }, (_, nth) => `0,u${nth}@dir.example\n`).join('')}`,
    )
    assert.equal(load.state, 'failed')
    assert.match(load.message, /1000 rows have the legacy id 0/)
    const refusals = await Promise.all([
      uploadDirectory(server, legacy.id, csv(1, 2), { format: 'csv', options: '{"delimitr":","}' }),
      uploadDirectory(server, legacy.id, csv(1, 2), { format: 'xls' }),
      server.api('POST', `${legacy.at}/directory`, { source: 'file' }),
    ])
    assert.deepEqual(
      refusals.map(({ status }) => status),
      [400, 400, 400],
    )
    assert.deepEqual(await server.refused('POST', `${legacy.at}/directory`, { source: 'list_users' }), [
      400,
      'operation_not_supported',
      'list_users script does not exist: the users of the legacy store cannot be listed.',
    ])
    const local = await server.createConnection('local', {}, [])
    assert.equal((await uploadDirectory(server, local, csv(1, 2))).status, 400)
    assert.equal((await server.api('GET', `${legacy.at}/directory/dld_unknown`)).status, 404)
  })

  it('reads the users of list_users page by page, with the namespace of the connection', async () => {
    const list_users = `function listUsers(cursor, callback) {
      const from = Number(cursor || 0)
      const users = [0, 1, 2].map((nth) => ({ user_id: from + nth, email: 'u' + (from + nth) + '@list.example', blocked: nth === 2, password_hash: '$2b$04$abcdefghijklmnopqrstuv0123456789012345678901234567890' }))
      callback(null, { users, next: from === 6 ? null : String(from + 3) })
    }`
    const legacy = await connection([], { options: { id_namespace: 'shop' }, scripts: { list_users } })
    const started = await server.must('POST', `${legacy.at}/directory`, { source: 'list_users' })
    const { load, job } = await endedLoad(server, legacy.id, started)
    assert.deepEqual(
      [load.state, load.source, load.counts.rows, load.counts.disabled],
      ['applied', 'list_users', 9, 3],
      JSON.stringify([load, job]),
    )
    assert.deepEqual(
      (await legacy.records('&q=u8@')).map(({ legacy_id, directory }) => [legacy_id, directory.given_legacy_id]),
      [['shop|8', '8']],
    )
    await server.must('PATCH', `connections/${legacy.id}`, {
      options: {
        enabledDatabaseCustomization: true,
        import_mode: true,
        id_namespace: 'store',
        customScripts: { list_users },
      },
    })
    const again = await endedLoad(
      server,
      legacy.id,
      await server.must('POST', `${legacy.at}/directory`, { source: 'list_users' }),
    )
    assert.deepEqual([again.load.counts.added, again.load.counts.gone, again.load.counts.changed], [0, 0, 0])
    assert.equal((await legacy.records('&q=store|8')).length, 1)
    const down = await connection([], {
      scripts: {
        list_users: `function f(cursor, callback) { callback(Object.assign(new Error('no answer'), { code: 'ECONNREFUSED' })) }`,
      },
    })
    const late = await server.must('POST', `${down.at}/directory`, { source: 'list_users' })
    await waitUntil(async () =>
      /no answer/.test(String((await server.must('GET', `jobs/${late.job_id}`)).status_details)),
    )
    assert.equal((await server.must('GET', `jobs/${late.job_id}`)).status, 'pending', 'it is tried again')
    await server.must('DELETE', `${down.at}/directory/${late.load_id}`)
    const endless = await connection([], {
      scripts: { list_users: `function f(cursor, callback) { callback(null, { users: [], next: 'x' }) }` },
    })
    const { load: stopped } = await endedLoad(
      server,
      endless.id,
      await server.must('POST', `${endless.at}/directory`, { source: 'list_users' }),
    )
    assert.match(stopped.message, /does not come to an end/)
  })
})
