import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { MigrationHealth, MigrationSummary } from '../../src/contract/migration-record.ts'
import { describeHealth, describeMigration } from '../../src/server/describe-migration.ts'
import type { ShownJob } from '../../src/server/follow-job.ts'
import { describeJob, durationText, progressLine } from '../../src/server/job-progress.ts'
import { runCommandHere } from '../support/command-here.ts'
import { followCommand } from '../support/server-process.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

let server: TestServer
before(async () => {
  server = await startTestServer()
  await server.createConnection('staff', {})
  await server.createUser('staff', { email: 'ada@example.com', password: 'Compiler no. 1' })
})
after(() => server?.close())

describe('status', () => {
  it('shows connections, jobs and mail, in a running server and on the store itself', async () => {
    const running = await runCommandHere(['status'], { env: server.env })
    assert.deepEqual([running.status, running.stderr], [0, ''])
    assert.match(
      running.stdout,
      /tenant default {2}store sqlite {2}a server runs\n\nstaff: local, with 1 user\.\n\njobs {2}0 active jobs\nmail {2}0 messages waiting\n$/,
    )
    const unknown = await runCommandHere(['status', '--connection', 'staf'], { env: server.env })
    assert.deepEqual(unknown, { status: 1, stdout: '', stderr: 'There is no connection "staf".\n' })
    const following = followCommand(['status', '--watch', '--json'], server.env)
    await waitUntil(() => following.stdout().split('\n').length > 2)
    await following.stop()
    const [first = '', second = ''] = following.stdout().split('\n')
    assert.ok(JSON.parse(second).at > JSON.parse(first).at)
    await server.stop()
    const stopped = await runCommandHere(['status', '--json', '--connection', 'staff'], { env: server.env })
    const { connections, server: state } = JSON.parse(stopped.stdout)
    assert.deepEqual([state, connections.length, connections[0].users], ['stopped', 1, 1])
  })
})

describe('a migration in a sentence', () => {
  const none = { unseen: 0, seen: 0, migrated: 0, reset_pending: 0, refused: 0, deleted: 0 }
  const recent_calls = { calls: 0, errors: 0, p50_ms: null, p95_ms: null }
  const health: MigrationHealth = {
    status: 'idle',
    window_s: 900,
    outcomes: {},
    circuit: 'closed',
    calls_in_flight: 0,
    recent_calls,
  }
  const summary = (
    mode: MigrationSummary['mode'],
    states: Partial<typeof none> = {},
    moved_today = 0,
  ): MigrationSummary => {
    const all = { ...none, ...states }
    const records = Object.values(all).reduce((sum, count) => sum + count, 0)
    const days = moved_today === 0 ? [] : [{ day: '2026-11-29', ...none, migrated: moved_today }]
    const counts = { users: 1204, records, states: all, directory: { loaded: false }, days }
    return { connection_id: 'con_1', connection: 'shop', mode, finish_step: null, ...counts, health }
  }

  it('names how many have moved, of how many, and why the others have not', () => {
    const cases: [MigrationSummary, string][] = [
      [summary('local'), 'local, with 1,204 users.'],
      [summary('import'), 'import mode: no legacy user was seen yet; 1,204 users here.'],
      [summary('legacy'), 'legacy mode: the scripts decide on each login, and 1,204 profiles are cached here.'],
      [
        summary('import', { unseen: 3000, seen: 1, migrated: 1204, reset_pending: 2, refused: 12, deleted: 5 }, 31),
        'import mode: 1,204 of 4,219 known legacy users (28.5 %) moved, 31 of them today; 3,000 are known from the directory only; 1 was seen and did not move; 2 are choosing a new password; 12 are refused as they are; 5 were deleted here.',
      ],
      [
        summary('import', { deleted: 1 }),
        'import mode: 0 of 0 known legacy users (0 %) moved, 0 of them today; 1 was deleted here.',
      ],
    ]
    for (const [given, sentence] of cases) assert.equal(describeMigration(given), sentence)
    const shares: [number, number, string][] = [
      [1, 58, '(1.7 %)'],
      [98_960, 1040, '(99 %)'],
      [299_999, 1, '(99.9 %)'],
      [10, 0, '(100 %)'],
    ]
    for (const [migrated, unseen, share] of shares)
      assert.ok(describeMigration(summary('import', { migrated, unseen })).includes(share), share)
  })

  it('says how the legacy store answers', () => {
    assert.equal(describeHealth(health), 'idle: no login asked it in the last 15 minutes.')
    const failing = {
      ...health,
      status: 'failing',
      outcomes: { moved: 3, legacy_timeout: 7 },
      last_failure: 'legacy_timeout',
      last_failure_at: 'T1',
    } as const
    assert.equal(
      describeHealth(failing),
      'failing: the last five logins that asked it failed, the last with legacy_timeout at T1.',
    )
    const degraded = { ...failing, status: 'degraded', circuit: 'open', circuit_open_until: 'T2' } as const
    assert.equal(
      describeHealth(degraded),
      'degraded: 7 of 10 logins in the last 15 minutes failed because of it or of a script, the last with legacy_timeout at T1. The circuit breaker is open until T2: logins of users who have not moved answer 503.',
    )
  })
})

describe('the progress of a job in a line', () => {
  const job: ShownJob = {
    id: 'job_1',
    type: 'users_import',
    status: 'processing',
    state: 'running',
    created_at: 'T0',
    done: 500,
    total: 2000,
    summary: { total: 1234, inserted: 1200, updated: 0, failed: 34, skipped: 0, skipped_moved: 0, skipped_deleted: 0 },
  }
  const samples = (first: number, last: number, elapsed_ms: number) =>
    [
      { at_ms: 1000, done: first },
      { at_ms: 1000 + elapsed_ms, done: last },
    ] as const

  it('has a bar, the users, their rate, and the time left', () => {
    assert.equal(
      progressLine(job, samples(234, 1234, 2000), samples(0, 500, 2000)),
      '[######..................]  25 %  1,234 users  500/s  0:06 left',
    )
    assert.equal(
      progressLine({ ...job, total: null }, samples(0, 1234, 100), samples(0, 500, 100)),
      '1,234 users',
      'no total, and too early for a rate',
    )
    assert.equal(
      progressLine({ ...job, state: 'pending' }, samples(0, 0, 1), samples(0, 0, 1)),
      'waiting for a worker …',
    )
    const load = { ...job, type: 'directory_load', done: 82_733_250, total: 165_466_500 } as const
    const { summary: _of_import, ...loading } = load
    const changes = { added: 0, changed: 0, returned: 0, gone: 0 }
    const bytes = samples(0, 82_733_250, 2000)
    assert.equal(
      progressLine({ ...loading, loaded: { rows: 150_000, ...changes } }, undefined, bytes),
      '[############............]  50 %  150,000 rows read  0:02 left',
      'a load counts in bytes, and shows rows',
    )
    assert.equal(
      progressLine({ ...loading, loaded: { rows: 300_000, applied: 256, ...changes } }, undefined, bytes),
      '[############............]  50 %  256 of 300,000 rows applied  0:02 left',
    )
    const samples_of_sessions = { ...loading, type: 'legacy_activity' } as const
    assert.equal(
      progressLine(samples_of_sessions, undefined, bytes),
      '[############............]  50 %  0:02 left',
      'a job of no users shows none',
    )
    assert.deepEqual([durationText(3725), durationText(59.6)], ['1:02:05', '1:00'])
    assert.equal(describeJob({ ...job, percentage_done: 25 }), '25 %, 1,200 created, 0 changed, 0 skipped, 34 refused')
    const status_details = 'list_users failed: connect ECONNREFUSED'
    const tried_again = { ...loading, state: 'pending', status_details } as const
    for (const text of [describeJob(tried_again), progressLine(tried_again, undefined, bytes)])
      assert.equal(text, 'is tried again: list_users failed: connect ECONNREFUSED')
    assert.equal(
      describeJob({ ...job, state: 'failed', status_details: 'The file ends too early.' }),
      'The file ends too early.',
    )
  })
})
