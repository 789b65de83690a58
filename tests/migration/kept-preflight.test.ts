// The preflight of a large migration: who has moved and who has not is of the last count, as is their last activity; all else is of this moment.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectionById, type Connection } from '../../src/connections/connection.ts'
import { readKeptPreflight } from '../../src/migration/finish/preflight.ts'
import type { LastCount } from '../../src/migration/kept-counts.ts'
import { countForReport, type ReportCounts } from '../../src/migration/report/read-report.ts'
import type { Db } from '../../src/store/tables.ts'
import { peopleOptions } from '../login/people-scripts.ts'
import type { Json } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { loadDirectory } from './finish-kit.ts'

let server: TestServer
let path: string
let connection: Connection

const known = ['ada', 'grace', 'edsger'].map((id, nth) => ({
  id,
  email: `${id}@shop.example`,
  ...(nth === 0 ? { last_activity_at: Date.now() - 40 * 86_400_000 } : {}),
}))

before(async () => {
  server = await startTestServer()
  const connection_id = await server.createConnection('shop', peopleOptions({}))
  await loadDirectory(server, connection_id, known)
  path = `migrations/${connection_id}/preflight`
  const found = await connectionById(server.internals.db, server.internals.tenant_id, connection_id)
  assert.ok(found)
  connection = found
})
after(() => server.close())

const searches = {
  run: <T>(_tenant_id: string, read: (reader: Db) => Promise<T>) => read(server.internals.db),
  close: () => Promise.resolve(),
}

/** The preflight where this is the last count. */
async function preflightWith(last: LastCount<ReportCounts>) {
  const { db, clock, sealer } = server.internals
  const script_calls = { flush: () => Promise.resolve() }
  const people_counts = { read: () => Promise.resolve(last) }
  const deps = { db, clock, sealer, searches, script_calls, has_mail_server: true, people_counts }
  return await readKeptPreflight(deps, connection)
}

const notMoved = ({ reasons }: Json) => reasons.find(({ reason }: Json) => reason === 'not_moved')

test('a small migration has the same reasons with kept counts as without', async () => {
  const { reasons, is_counting, counted_at } = await server.must('GET', path)
  assert.equal(is_counting, false)
  assert.ok(Date.parse(counted_at) > 0)
  let kept: Json = {}
  // On a busy machine the count may take longer than the answer waits.
  await waitUntil(async () => {
    kept = await server.must('GET', `${path}?counts=kept`)
    return kept.counted_at !== undefined
  })
  assert.deepEqual(kept.reasons, reasons)
  assert.deepEqual(
    notMoved(kept).by_last_activity.map(({ count }: Json) => count),
    [0, 1, 0, 0, 2],
  )
})

test('while people are counted for the first time, only their last activity is missing', async () => {
  const fresh = await server.must('GET', path)
  const counting = await preflightWith({ is_counting: true })
  assert.deepEqual([counting.is_counting, counting.counted_at, counting.error], [true, undefined, undefined])
  const { by_last_activity, ...not_moved } = notMoved(fresh)
  assert.equal(by_last_activity.length, 5)
  assert.deepEqual(notMoved(counting), not_moved)
})

test('the last count is shown with its time, with the sums of that time, and beside the failure of the next count', async () => {
  const value = await countForReport(searches, connection, Date.now())
  await loadDirectory(server, connection.connection_id, [{ id: 'barbara', email: 'barbara@shop.example' }])
  const kept = await preflightWith({ last: { counted_at: 1000, value }, is_counting: false, error: 'too slow' })
  assert.deepEqual([kept.counted_at, kept.error], ['1970-01-01T00:00:01.000Z', 'too slow'])
  const { count, by_state, by_last_activity } = notMoved(kept)
  assert.deepEqual([count, kept.known, by_state.unseen], [3, 3, 3], 'not 4 beside groups of 3')
  assert.deepEqual(
    by_last_activity.map((group: Json) => group.count),
    [0, 1, 0, 0, 2],
  )
  const counting = await preflightWith({ is_counting: true })
  assert.deepEqual([notMoved(counting).count, notMoved(counting).by_last_activity], [4, undefined])
})
