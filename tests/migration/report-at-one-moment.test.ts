// The numbers of a report are of one moment: a user who moves between two of its reads is in none of them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectionById } from '../../src/connections/connection.ts'
import { readReport } from '../../src/migration/report/read-report.ts'
import type { StoreTarget } from '../../src/store/open-store.ts'
import { openSearches, type Searches } from '../../src/store/searches.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { testedStore } from '../support/tested-store.ts'

const login = `function login(email, password, callback) {
  callback(null, { user_id: email.split('@')[0], email })
}`

const store = await testedStore('SQLite')
let server: TestServer
let client: TestClient
let connection_id: string
let searches: ReturnType<typeof openSearches>
let moved = 0

before(async () => {
  const env = await store.env()
  server = await startTestServer({ env })
  const url = env['DATABASE_URL']
  const target: StoreTarget =
    url === undefined
      ? { engine: 'sqlite', folder: server.data_dir }
      : { engine: 'postgres', url, connections: 2, onConnectionError: () => undefined }
  searches = openSearches(server.internals.db, target)
  client = await server.createClient()
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: { login } }
  connection_id = await server.createConnection('moment', options, [client])
})
after(async () => {
  await searches?.close()
  await server?.close()
})

async function moveOne(): Promise<void> {
  moved += 1
  assert.equal((await server.login(client, 'moment', `p${moved}@legacy.example`, 'right')).status, 200)
}

type Runs = Pick<Searches, 'run'>

// Without an end, each part of the records would be followed by another one.
const moves_max = 8

/** Searches after each of which one more user moves. */
const withMoves = (inner: Runs): Runs => ({
  async run(tenant_id, read) {
    const found = await inner.run(tenant_id, read)
    if (moved < moves_max) await moveOne()
    return found
  },
})

test('[guard: report-at-one-moment] a report of which people move between two reads counts each number at the same moment', async () => {
  await moveOne()
  await moveOne()
  const { db, clock, tenant_id } = server.internals
  const connection = await connectionById(db, tenant_id, connection_id)
  assert.ok(connection)
  const moving = {
    atOneMoment: <T>(tenant: string, read: (runs: Runs) => Promise<T>) =>
      searches.atOneMoment(tenant, (runs) => read(withMoves(runs))),
  }
  const { people, moved_through, users, days } = await readReport({ clock, searches: moving }, connection)
  assert.ok(moved > 4, `only ${moved} have moved`)
  assert.deepEqual([people.total, people.states.migrated, moved_through], [2, 2, { login: 2 }])
  assert.deepEqual(users, { total: 2, arrived_through: { login: 2 } })
  assert.deepEqual(
    days.map((day) => [day.moved, day.moved_total]),
    [[2, 2]],
  )
  // The next report sees them.
  assert.equal((await server.must('GET', `migrations/${connection_id}/report`)).people.total, moved)
})
