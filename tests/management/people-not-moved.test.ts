// The people who have not moved: as many in a list as its numbers say.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addToCounter } from '../../src/store/connection-counters.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { bearer, objects, type Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'
import { fillDirectory } from '../migration/rehearsal-kit.ts'

const login = `function login(email, password, callback) {
  if (password !== 'right one') return callback(new WrongUsernameOrPasswordError(email))
  callback(null, { user_id: email.split('@')[0], email })
}`

const store = await testedStore('SQLite')

describe(`the people who have not moved on ${store.name}`, () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ env: await store.env() })
  })
  after(async () => await server?.close())

  it('are as many in lists as the preflight and the groups count', async () => {
    const client = await server.createClient({ name: 'Shop' })
    const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login } }
    const listed = await server.createConnection('listed', options, [client])
    // The same time for all of them: their order is that of the ids.
    const ids = ['p0', 'p1', 'p2', null, 'p4', 'p5', 'p6']
    const users = ids.map((legacy_id, nth) => ({ legacy_id, email: `p${nth}@listed.example` }))
    await fillDirectory(server, listed, users)
    await server.login(client, 'listed', 'p1@listed.example', 'right one')
    const { db, tenant_id } = server.internals
    await inTransaction(db, async (trx) => {
      await trx
        .updateTable('migration_records')
        .set({ state: 'seen' })
        .where('connection_id', '=', listed)
        .where('legacy_id', '=', 'p2')
        .execute()
      await addToCounter(trx, tenant_id, listed, 'state:unseen', -1)
      await addToCounter(trx, tenant_id, listed, 'state:seen', 1)
    })
    await db
      .updateTable('directory_rows')
      .set({ disabled: 1 })
      .where('connection_id', '=', listed)
      .where('email', 'in', ['p1@listed.example', 'p2@listed.example', 'p5@listed.example'])
      .execute()
    const recordsOf = async (path: string) => objects((await server.must('GET', path)).records)
    const idOf = (one: Json) => one['record_id'] as unknown
    const path = `migrations/${listed}/records`
    const all = await recordsOf(`${path}?take=100`)
    const unmoved = all.filter(({ state }) => state !== 'migrated')
    assert.deepEqual(new Set(unmoved.map(({ state }) => state)), new Set(['unseen', 'seen', 'refused']))
    const { reasons } = await server.must('GET', `migrations/${listed}/preflight`)
    const reason = objects(reasons).find((one) => one['reason'] === 'not_moved')
    const see = String(reason?.['see']).replace('/api/v2/', '')
    assert.equal(reason?.['count'], unmoved.length)
    assert.deepEqual((await recordsOf(`${see}&take=100`)).map(idOf), unmoved.map(idOf))
    const paged: unknown[] = []
    let next: unknown = ''
    while (next !== undefined) {
      const page: Json = await server.must('GET', `${see}&take=2${next === '' ? '' : `&from=${String(next)}`}`)
      paged.push(...objects(page['records']).map(idOf))
      next = page['next']
    }
    assert.deepEqual(paged, unmoved.map(idOf))
    assert.deepEqual((await recordsOf(`${path}?moved=true`)).map(idOf), ['mrc_listed0000001'])
    const exported = await server.send(`/api/v2/migrations/${listed}/export?moved=false&format=ndjson`, {
      headers: bearer(await server.managementToken()),
    })
    assert.equal(exported.text.trim().split('\n').length, unmoved.length)
    let answer = await server.must('GET', `migrations/${listed}/groups`)
    while (answer.groups === undefined) answer = await server.must('GET', `migrations/${listed}/groups`)
    assert.equal(answer.groups.people, unmoved.length)
    assert.equal(answer.groups.disabled, (await recordsOf(`${path}?moved=false&disabled=true`)).length)
    assert.equal(answer.groups.disabled, 2)
  })
})
