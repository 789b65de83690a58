// Users with as much metadata as one may have: what lists and exports read of them, at once and at all.
import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import type { KyselyPlugin } from 'kysely'
import type { JsonObject } from '../../src/base/json.ts'
import { sendJson } from '../../src/management/send-json.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { listUsers, usersByEmail, type UserQuery } from '../../src/users/list-users.ts'
import { fillStore } from '../support/fill-store.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { waitUntil } from '../support/wait-until.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const document = (bytes: number): string => JSON.stringify({ a: 'x'.repeat(bytes) })

/** What the statements of a store answered: the bytes of each. */
function recording(db: Db): { db: Db; answers: number[] } {
  const answers: number[] = []
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult({ result }) {
      answers.push(JSON.stringify(result.rows).length)
      return Promise.resolve(result)
    },
  }
  return { db: db.withPlugin(plugin), answers }
}

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0)
const store = await testedStore('SQLite')

describe(`a list of users with large metadata on ${store.name}`, () => {
  const users = 400
  let db: Db
  before(async () => {
    db = await openStore(await store.target())
    await fillStore(db, { ...of, users, days: 0, events_per_day: 0 })
  })
  after(() => db.destroy())

  const setMetadata = (bytes: number) =>
    db
      .updateTable('users')
      .set({ user_metadata: document(bytes), app_metadata: document(bytes) })
      .execute()

  /** Reads a list, and answers the users, the bytes of each answer of the store, and how often it ran as a search. */
  async function read(query: Partial<UserQuery>) {
    const recorded = recording(db)
    let searches = 0
    const run = <T>(_tenant_id: string, reading: (reader: Db) => Promise<T>) => {
      searches += 1
      return reading(recorded.db)
    }
    const deps = { db: recorded.db, searches: { run, close: () => Promise.resolve() } }
    const page = { kind: 'offset', page: 0, per_page: 50 } as const
    const { items } = await listUsers(deps, of.tenant_id, { page, include_total: false, ...query })
    return { items, answers: recorded.answers, searches }
  }

  const large = 100_000

  test('reads the documents of one user at once [guard: large-documents-apart]', async () => {
    await setMetadata(large)
    for (const query of [{}, { search: 'email:user*' }, { sort: 'updated_at:1' }]) {
      const { items, answers } = await read(query)
      assert.equal(items.length, 50)
      for (const { user_metadata, app_metadata } of items) {
        assert.deepEqual([user_metadata['a'], app_metadata['a']], ['x'.repeat(large), 'x'.repeat(large)])
      }
      assert.ok(Math.max(...answers) < 2.5 * large, String(Math.max(...answers)))
    }
    const recorded = recording(db)
    await db.updateTable('users').set({ email_lower: 'same@x.example' }).where('logins_count', '=', 1).execute()
    assert.equal((await usersByEmail(recorded.db, of.tenant_id, 'same@x.example')).length, Math.ceil(users / 7))
    assert.ok(Math.max(...recorded.answers) < 2.5 * large)
  })

  test('takes its turn among searches where it reads many [guard: large-pages-in-turns]', async () => {
    await setMetadata(large)
    assert.equal((await read({})).searches, 1)
    assert.equal((await read({ page: { kind: 'checkpoint', take: 10 } })).searches, 0)
    await setMetadata(1000)
    assert.equal((await read({})).searches, 0)
  })

  test('reads no documents that were not asked for', async () => {
    await setMetadata(large)
    const { items, answers } = await read({ documents: new Set(['extra']) })
    assert.deepEqual(items[0]?.user_metadata, {})
    assert.ok(sum(answers) < large, String(sum(answers)))
  })

  test('reads no rows before its page [guard: offset-in-store]', async () => {
    const small = 5000
    await setMetadata(small)
    for (const query of [{ search: 'name:n*' }, { search: 'name:n*', sort: 'name:1' }, { sort: 'name:1' }]) {
      const { items, answers } = await read({ ...query, page: { kind: 'offset', page: 20, per_page: 10 } })
      assert.equal(items.length, 10)
      assert.ok(sum(answers) < 10 * 3 * small, `${JSON.stringify(query)}: ${sum(answers)}`)
    }
  })
})

describe('an answer with a list', () => {
  const shapes = (items: JsonObject[]) => [
    { list: undefined, answer: items },
    { list: 'users', answer: { total: items.length, users: items, next: 'usr_1' } },
  ]

  /** What is sent of an answer: its text, and how many turns the event loop had before each of its pieces. */
  async function sent(answer: unknown, list: string | undefined) {
    let turns = 0
    let is_over = false
    const count = (): void => {
      turns += 1
      if (!is_over) setImmediate(count)
    }
    const turns_before: number[] = []
    const app = Fastify()
    app.addHook('onSend', async (_request, _reply, payload) => {
      if (!(payload instanceof Readable)) return payload
      const pieces = async function* () {
        for await (const piece of payload) {
          turns_before.push(turns)
          yield piece
        }
      }
      return Readable.from(pieces())
    })
    app.get('/', async (_request, reply) => await sendJson(reply, answer, list))
    await app.ready()
    count()
    const { body, headers } = await app.inject('/')
    is_over = true
    await app.close()
    assert.equal(headers['content-type'], 'application/json; charset=utf-8')
    return { body, turns_before, length: headers['content-length'] }
  }

  test('is sent at once where it is small', async () => {
    for (const items of [[], [{ a: 1 }], [{ a: 'x'.repeat(100_000) }, { b: '"' }]]) {
      for (const { answer, list } of shapes(items)) {
        const { body, turns_before, length } = await sent(answer, list)
        assert.deepEqual(JSON.parse(body), answer)
        assert.deepEqual([turns_before, length], [[], String(Buffer.byteLength(body))])
      }
    }
    for (const answer of [{ users: null }, { a: 'ä' }, 7, false]) {
      assert.deepEqual(JSON.parse((await sent(answer, 'users')).body), answer)
    }
  })

  test('is serialized in portions, between which other requests have their turn [guard: lists-in-portions]', async () => {
    const items = Array.from({ length: 20 }, (_, nth) => ({ nth, text: 'ü'.repeat(150_000) }))
    for (const { answer, list } of shapes(items)) {
      const { body, turns_before } = await sent(answer, list)
      assert.deepEqual(JSON.parse(body), answer)
      assert.equal(turns_before.length, items.length / 2)
      assert.equal(new Set(turns_before.slice(1)).size, items.length / 2 - 1, turns_before.join())
    }
  })
})

describe('a projection of users', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await server.createConnection('local', {}, [])
    const user_metadata = { plan: 'gold' }
    await server.createUser('local', { email: 'ada@x.example', password: 'Right-one-1 Right', user_metadata })
  })
  after(() => server.close())

  const spoil = (columns: { user_metadata?: string; app_metadata?: string; extra?: string }) =>
    server.internals.db.updateTable('users').set(columns).execute()

  /** The text of an export. */
  async function exported(body: JsonObject): Promise<string> {
    const { id } = await server.must('POST', 'jobs/users-exports', body)
    let job = { status: '', location: '' }
    await waitUntil(async () => {
      job = await server.must('GET', `jobs/${id}`)
      return ['completed', 'failed'].includes(job.status)
    })
    assert.equal(job.status, 'completed')
    const { pathname, search } = new URL(job.location)
    const answer = await fetch(`${server.origin}${pathname}${search}`, { headers: { host: server.host } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()
  }

  test('of a list reads the columns that it names [guard: documents-of-fields]', async () => {
    await spoil({ app_metadata: '{no JSON', extra: '{"legacy":"old","email":"no"}' })
    const lists = ['users?', 'users-by-email?email=ada%40x.example&', 'users?q=email:ada*&']
    for (const list of lists) {
      const shown = async (fields: string) => (await server.must('GET', `${list}${fields}`))[0] as JsonObject
      const keys = async (fields: string) => Object.keys(await shown(fields))
      assert.deepEqual(await keys('fields=email'), ['email'], list)
      assert.deepEqual(await shown('fields=email,user_metadata,legacy'), {
        legacy: 'old',
        email: 'ada@x.example',
        user_metadata: { plan: 'gold' },
      })
      const others = await keys('fields=app_metadata,identities&include_fields=false')
      assert.ok(others.includes('legacy') && others.includes('user_metadata'), others.join())
      await assert.rejects(server.must('GET', list.slice(0, -1)), 'a whole user cannot be read')
    }
  })

  test('of an export reads the columns that it names [guard: documents-of-export]', async () => {
    await spoil({ app_metadata: '{no JSON', extra: '{"legacy":"old"}' })
    const fields = ['email', 'user_metadata.plan', 'legacy', 'identities[0].connection'].map((name) => ({ name }))
    assert.match(await exported({ format: 'csv', fields }), /\r\nada@x\.example,gold,old,local\r\n$/)
    assert.match(await exported({ format: 'csv' }), /^Id,.*\r\nauth0\|/)
    const [line = ''] = (await exported({ format: 'json', fields })).split('\n')
    assert.equal(Object.keys(JSON.parse(line) as object).length, 4)
  })
})
