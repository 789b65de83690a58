// A rehearsal says of each user of a directory what a login would become, and changes nothing else.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/base/json.ts'
import { peopleOptions, type Scripted } from '../login/people-scripts.ts'
import { outcomeOf, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { fillDirectory, type ListedUser } from './rehearsal-kit.ts'

const mail = (id: string): string => `${id}@legacy.example`
const person = (id: string, profile: JsonObject = {}, more: Partial<Scripted> = {}): Scripted => ({
  password: 'right',
  profile: { user_id: id, email: mail(id), ...profile },
  ...more,
})

const people: Record<string, Scripted> = {
  [mail('plain')]: person('plain', { picture: ['x'], password_hash: 'y' }),
  [mail('moved')]: person('moved'),
  [mail('blocked')]: person('blocked', { blocked: true }),
  [mail('badmail')]: person('badmail', { email: 'no address' }),
  [mail('taken')]: person('taken', { email: mail('moved') }),
  [mail('twin-1')]: person('twin-1', { username: 'twin' }),
  [mail('twin-2')]: person('twin-2', { username: 'Twin' }),
  [mail('broken')]: person('broken', {}, { answer: 'get_user_error' }),
  [mail('spam')]: person('spam'),
  [mail('swapped')]: person('swapped', {}, { get_user: { user_id: 'plain', email: mail('plain') } }),
}
const ids = ['plain', 'moved', 'blocked', 'badmail', 'taken', 'broken', 'spam', 'swapped', 'unknown']

describe('a rehearsal', () => {
  let server: TestServer
  let client: TestClient
  let connection_id: string
  let records: Map<string, string>

  before(async () => {
    server = await startTestServer()
    client = await server.createClient()
    connection_id = await server.createConnection('legacy', peopleOptions(people), [client])
    const users: ListedUser[] = [
      ...ids.map((id) => ({ legacy_id: id, email: mail(id), hash_form: id === 'plain' ? 'bcrypt' : null })),
      { legacy_id: 'twin-1', email: mail('twin-1'), username: 'twin' },
      { legacy_id: 'twin-2', email: mail('twin-2'), username: 'Twin' },
      { legacy_id: 'left', email: mail('left'), gone_at: 1 },
      { legacy_id: 'nameless' },
    ]
    const record_ids = await fillDirectory(server, connection_id, users)
    records = new Map(users.map(({ legacy_id }, nth) => [String(legacy_id), record_ids[nth] ?? '']))
  })
  after(async () => await server.close())

  const path = (rest: string): string => `migrations/${connection_id}/${rest}`
  const decide = (id: string, decision: JsonObject) =>
    server.must('PUT', path(`records/${records.get(id) ?? ''}/decision`), decision)

  async function rehearse(options: JsonObject = {}): Promise<JsonObject> {
    const { id, job_id } = await server.must('POST', path('rehearsals'), { calls_per_second: 100, ...options })
    await waitUntil(async () => (await server.must('GET', path(`rehearsals/${id}`))).status === 'completed')
    const { type, connection } = await server.must('GET', `jobs/${job_id}`)
    assert.deepEqual([type, connection], ['rehearsal', 'legacy'])
    return await server.must('GET', path(`rehearsals/${id}`))
  }
  const rowOf = async (id: string) =>
    await server.internals.db
      .selectFrom('directory_rows')
      .selectAll()
      .where('record_id', '=', records.get(id) ?? '')
      .executeTakeFirstOrThrow()
  const loginOutcome = async (id: string): Promise<unknown> => {
    await server.login(client, 'legacy', mail(id), 'right')
    return outcomeOf((await server.logs(`user_name:"${mail(id)}" AND type:(s OR f OR fp OR fu)`))[0])
  }

  test('counts the outcomes that logins then have, and stores only these', async () => {
    assert.equal((await server.login(client, 'legacy', mail('moved'), 'right')).status, 200)
    await decide('spam', { kind: 'exclude' })
    const states = (await server.must('GET', `migrations/${connection_id}`)).states
    const report = await rehearse()
    assert.deepEqual(report['outcomes'], {
      moved: 1,
      already_moved: 1,
      blocked: 1,
      profile_refused: 2,
      collision: 1,
      shared_identifier: 2,
      script_error: 1,
      excluded: 1,
      other_user: 1,
      unknown_user: 1,
    })
    assert.deepEqual([report['users'], report['rehearsed'], report['calls']], [12, 12, 10])
    assert.deepEqual(report['refused_fields'], { email: 2 })
    assert.deepEqual(report['dropped'], { picture: 1, password_hash: 1 })
    assert.deepEqual(report['hash_forms'], { bcrypt: 1, none: 11 })
    assert.deepEqual((await server.must('GET', `migrations/${connection_id}`)).states, states)
    assert.equal((await server.must('GET', 'users')).length, 1)
    const twin = await rowOf('twin-1')
    assert.deepEqual(JSON.parse(twin.rehearsed_detail ?? '').with, [records.get('twin-2')])
    assert.equal((await rowOf('left')).rehearsed_outcome, null)
    const listed = (await server.must('GET', path('records?rehearsed=shared_identifier'))).records as JsonObject[]
    assert.deepEqual(
      new Set(listed.map(({ record_id }) => record_id)),
      new Set([records.get('twin-1'), records.get('twin-2')]),
    )
  })

  test('counts what changed since the one before, and knows the decisions', async () => {
    await decide('twin-2', { kind: 'keep' })
    await decide('badmail', { kind: 'rename', email: 'other@name.example' })
    await server.must('DELETE', path(`records/${records.get('spam') ?? ''}/decision`))
    const report = await rehearse()
    assert.deepEqual(report['changes'], {
      shared_identifier: { collision: 1, moved: 1 },
      profile_refused: { moved: 1 },
      excluded: { moved: 1 },
    })
    for (const id of [...ids, 'twin-1', 'twin-2']) {
      if (['swapped', 'broken', 'moved'].includes(id)) continue
      assert.equal(await loginOutcome(id), (await rowOf(id)).rehearsed_outcome, id)
    }
  })

  test('rehearses a sample, one at a time, and can be canceled', async () => {
    const slow = await server.must('POST', path('rehearsals'), { calls_per_second: 0.5 })
    const [status, code] = await server.refused('POST', path('rehearsals'), { calls_per_second: 1 })
    assert.deepEqual([status, code], [409, 'rehearsal_in_progress'])
    await server.must('DELETE', path(`rehearsals/${slow.id}`))
    await waitUntil(async () => (await server.must('GET', path(`rehearsals/${slow.id}`))).status === 'canceled')
    const report = await rehearse({ sample: 3 })
    assert.deepEqual([report['users'], report['rehearsed']], [3, 3])
    const listed = await server.must('GET', path('rehearsals'))
    assert.equal(listed.rehearsals.length, 4)
  })
})
