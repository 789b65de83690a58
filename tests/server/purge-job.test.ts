import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { installation_tenant_id } from '../../src/jobs/job.ts'
import { purgeTickets } from '../../src/login/tickets.ts'
import { purgeEvents } from '../../src/logs/purge-events.ts'
import { recordEvent, recordEvents } from '../../src/logs/record-event.ts'
import { countScriptCalls } from '../../src/logs/script-call-counts.ts'
import { purgeScriptLogs } from '../../src/logs/purge-script-logs.ts'
import { createPurgeJob } from '../../src/server/purge-job.ts'
import { jobHandlers } from '../../src/server/job-handlers.ts'
import { purgeOutbox } from '../../src/store/outbox.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Database, Db } from '../../src/store/tables.ts'
import { jobKit, mail_deps, sealer, until, type JobKit } from '../jobs/job-kit.ts'
import { insertRow, sampleRow } from '../store/sample-row.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { log_retention } from '../support/log-retention.ts'

const day_ms = 86_400_000
const minute_ms = 60_000
const hour_ms = 3_600_000
const tenant_ids = Array.from({ length: 120 }, (_, nth) => `ten_${String(nth).padStart(3, '0')}`)
const emptied = [
  'tenants',
  'tickets',
  'outbox',
  'script_logs',
  'log_events',
  'token_families',
  'brute_force_counters',
  'script_calls',
] as const

let db: Db
let kit: JobKit

before(async () => {
  db = await openStore({ engine: 'sqlite', folder: tempFolder('purge-job') })
})
after(() => db.destroy())
beforeEach(async () => {
  kit = jobKit(db)
  for (const table of emptied) await db.deleteFrom(table).execute()
  for (const tenant_id of tenant_ids) await insertRow(db, 'tenants', { ...sampleRow('tenants'), tenant_id })
})
afterEach(() => kit.close())

const rowsOf = async (table: keyof Database): Promise<number> =>
  (await db.selectFrom(table).selectAll().execute()).length

const lineId = (at: number, nth: number): string =>
  `${String(at).padStart(15, '0')}-${String(nth).padStart(6, '0')}-scl_a`

/** What has ended in a table, and as much that has not. */
async function fill(): Promise<void> {
  const now = kit.clock.now()
  for (const tenant_id of [tenant_ids[3], tenant_ids[77]]) {
    assert.ok(tenant_id)
    for (const expires_at of [now - 1, now + day_ms]) {
      await insertRow(db, 'tickets', { ...sampleRow('tickets'), tenant_id, expires_at })
      await insertRow(db, 'outbox', { ...sampleRow('outbox'), tenant_id, expires_at, message_id: `msg_${expires_at}` })
      await insertRow(db, 'token_families', { ...sampleRow('token_families'), tenant_id, expires_at })
      await insertRow(db, 'brute_force_counters', { ...sampleRow('brute_force_counters'), tenant_id, expires_at })
    }
    for (const at of [now - 31 * day_ms, now]) await recordEvent(db, tenant_id, at, { type: 's' })
    const line = { ...sampleRow('script_logs'), tenant_id, connection_id: 'con_a', at: now }
    for (let nth = 0; nth < 1003; nth += 1) await insertRow(db, 'script_logs', { ...line, line_id: lineId(now, nth) })
    const old = now - 31 * day_ms
    const old_line = { ...line, connection_id: 'con_b' }
    for (const at of [old, now]) await insertRow(db, 'script_logs', { ...old_line, at, line_id: lineId(at, 1) })
    const call = { tenant_id, connection_id: 'con_a', script: 'login', version: 1, outcome: 'found', duration_ms: 7 }
    await countScriptCalls(db, [
      { ...call, at: old },
      { ...call, at: old },
      { ...call, at: now },
    ])
  }
}

test('what has ended is deleted once a minute, of every tenant, by one of several processes; counters once an hour', async () => {
  await fill()
  const old_job = await kit.enqueue('of another version', null, { tenant_id: tenant_ids[3] ?? '' })
  await db.updateTable('jobs').set({ state: 'failed', finished_at: 1 }).where('job_id', '=', old_job).execute()
  const handlers = jobHandlers({ ...mail_deps, db, sealer, clock: kit.clock }, log_retention)
  const runners = [await kit.runner(handlers), await kit.runner(handlers)]
  const wakeAfter = async (ahead_ms: number, kind: string): Promise<void> => {
    const before = await kit.row(kind, installation_tenant_id)
    kit.time.ahead_ms = ahead_ms
    for (const runner of runners) runner.wake()
    await until(async () => {
      const now = await kit.row(kind, installation_tenant_id)
      return now.state === 'pending' && now.run_at > before.run_at
    })
  }
  await wakeAfter(minute_ms, 'purge_every_minute')
  assert.deepEqual(
    Object.fromEntries(await Promise.all(emptied.slice(1).map(async (table) => [table, await rowsOf(table)] as const))),
    {
      tickets: 2,
      outbox: 2,
      script_logs: 2002,
      log_events: 2,
      token_families: 2,
      brute_force_counters: 4,
      script_calls: 4,
    },
  )
  const recurring = Object.values(handlers).filter(({ recurs_every_ms }) => recurs_every_ms !== undefined).length
  assert.equal(await rowsOf('jobs'), recurring + 1)
  await wakeAfter(hour_ms, 'purge_every_hour')
  assert.equal(await rowsOf('brute_force_counters'), 2)
  assert.equal(await rowsOf('script_calls'), 2)
  assert.equal(await rowsOf('jobs'), recurring)
  assert.deepEqual(kit.lines, [])
})

test('a purge that fails is tried again, and those that are done are not; it runs until nothing is left', async () => {
  const done: string[] = []
  let failures = 0
  const left = new Map(tenant_ids.map((tenant_id, nth) => [tenant_id, nth % 10 === 0 ? 3 : 0]))
  const job = createPurgeJob({ db, clock: kit.clock }, minute_ms, [
    { name: 'first', run: async () => void done.push('first') },
    {
      name: 'second',
      async runForTenant(_trx, tenant_id) {
        const count = left.get(tenant_id) ?? 0
        if (tenant_id === tenant_ids[60] && failures++ === 0) throw new Error('once')
        left.set(tenant_id, Math.max(0, count - 2))
        return Math.min(2, count)
      },
    },
    { name: 'third', run: async () => void done.push('third') },
  ])
  const runner = await kit.runner({ purge: job })
  kit.time.ahead_ms = minute_ms
  runner.wake()
  await until(async () => failures === 1 && (await kit.row('purge', installation_tenant_id)).state === 'pending')
  const half = await kit.row('purge', installation_tenant_id)
  assert.deepEqual(
    [half.cursor, half.progress_done, half.progress_total],
    [JSON.stringify({ purge: 'second', after_tenant_id: tenant_ids[49] }), 1, 3],
  )
  kit.time.ahead_ms += 1000
  runner.wake()
  await until(() => done.includes('third'))
  assert.deepEqual(done, ['first', 'third'])
  assert.deepEqual(new Set(left.values()), new Set([0]))
})

test('[guard: purge-in-steps] five thousand events are purged in one run, by steps between which other work is done', async () => {
  const tenant_id = tenant_ids[7] ?? ''
  const at = kit.clock.now() - 40 * day_ms
  const events = Array.from({ length: 500 }, () => ({ type: 's' as const }))
  for (let nth = 0; nth < 10; nth += 1) await recordEvents(db, tenant_id, at + nth, events)
  const runner = await kit.runner({
    purge: createPurgeJob({ db, clock: kit.clock }, minute_ms, [
      { name: 'log_events', runForTenant: (trx, id, now) => purgeEvents(trx, id, now, 30) },
    ]),
  })
  const left: number[] = []
  kit.time.ahead_ms = minute_ms
  runner.wake()
  await until(async () => {
    const { rows } = await sql<{ total: number }>`select count(*) as total from log_events`.execute(db)
    left.push(rows[0]?.total ?? 0)
    return left.at(-1) === 0
  })
  const steps = left.slice(1).map((rows, nth) => (left[nth] ?? 0) - rows)
  assert.ok(Math.max(...steps) < 2500, `between two reads ${Math.max(...steps)} events were deleted`)
  assert.equal(await purgeEvents(db, tenant_id, kit.clock.now(), 30), 0)
})

test('[guard: purge-pauses] a purge takes a quarter of the time, so that it is slower on a store with other work', async () => {
  let steps = 0
  const step_ms = 30
  const runner = await kit.runner({
    purge: createPurgeJob({ db, clock: kit.clock }, minute_ms, [
      {
        name: 'slow',
        async runForTenant(_trx, tenant_id) {
          if (tenant_id !== tenant_ids[7] || steps === 6) return 0
          steps += 1
          await setTimeout(step_ms)
          return 1
        },
      },
    ]),
  })
  const began = performance.now()
  kit.time.ahead_ms = minute_ms
  runner.wake()
  await until(async () => steps === 6)
  // Timers may fire a moment early.
  assert.ok(performance.now() - began >= 5 * step_ms * 3.5)
})

test('no step deletes more than 500 tickets, messages or script log lines, and no newer line', async () => {
  const tenant_id = tenant_ids[3] ?? ''
  const now = kit.clock.now()
  const many = Array.from({ length: 1001 }, (_, nth) => String(nth).padStart(6, '0'))
  const line = { ...sampleRow('script_logs'), tenant_id, connection_id: 'con_a', at: now }
  await db.transaction().execute(async (trx) => {
    for (const id of many) {
      await insertRow(trx, 'tickets', { ...sampleRow('tickets'), tenant_id, ticket_digest: id, expires_at: now })
      await insertRow(trx, 'outbox', { ...sampleRow('outbox'), tenant_id, message_id: id, expires_at: now })
      await insertRow(trx, 'script_logs', { ...line, line_id: lineId(now, Number(id)) })
      await insertRow(trx, 'script_logs', { ...line, line_id: lineId(now + 1, Number(id)) })
    }
  })
  const steps = async (step: () => Promise<number>): Promise<number[]> => [await step(), await step(), await step()]
  assert.deepEqual(await steps(() => purgeTickets(db, tenant_id, now)), [500, 500, 1])
  assert.deepEqual(await steps(() => purgeOutbox(db, tenant_id, now)), [500, 500, 1])
  assert.deepEqual(
    await steps(() => purgeScriptLogs(db, tenant_id, now, log_retention.script_log_retention)),
    [500, 500, 2],
  )
  assert.equal(await purgeScriptLogs(db, tenant_id, now, log_retention.script_log_retention), 0)
  const kept = await db.selectFrom('script_logs').select('line_id').orderBy('line_id').execute()
  assert.deepEqual([kept.length, kept[0]?.line_id], [1000, lineId(now + 1, 1)])
})
