// Jobs of a finish whose process ends between two of their steps, or after the last one, and what the store keeps of a latecomer or of waiting jobs.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectionById } from '../../src/connections/connection.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { enqueueJob } from '../../src/jobs/enqueue-job.ts'
import { JobInterrupted } from '../../src/jobs/job.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { createFinishJob } from '../../src/migration/finish/finish-job.ts'
import { finishOf, writeFinish, type Finish } from '../../src/migration/finish/finish.ts'
import type { FinishJob } from '../../src/migration/finish/own-finish.ts'
import { releaseLatecomer } from '../../src/migration/finish/settle-latecomer.ts'
import { startFinishStep } from '../../src/migration/finish/start-finish-step.ts'
import type { WipeCursor } from '../../src/migration/finish/wipe.ts'
import { cancelJob } from '../../src/store/jobs.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const key = { ...of, name: 'shop', strategy: 'auth0', data: '{}', version: 1, created_at: 1, updated_at: 1 }
const sealer = createSealer('the sealing key of these tests, long enough')
const lines = 1200
let db: Db

before(async () => {
  db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const options = JSON.stringify({ enabledDatabaseCustomization: true, import_mode: true, egress: { allow: ['db:1'] } })
  const sealed = { configuration_sealed: '{"A":"x","B":"y"}', scripts_sealed: '{"login":"x"}' }
  await db
    .insertInto('connections')
    .values({ ...key, ...sealed, options, finish_step: 'no_op' })
    .execute()
  const script = { ...of, script: 'login', version: 1, source_sealed: 'x', saved_at: 1, saved_through: 'api' }
  await db.insertInto('script_versions').values(script).execute()
  await inTransaction(db, async (trx) => {
    for (let nth = 0; nth < lines; nth += 1) {
      const line = { ...of, line_id: String(nth), at: 1, script: 'login', call_id: '', level: 'info', text: 'x' }
      await trx.insertInto('script_logs').values(line).execute()
    }
  })
})
after(async () => await db.destroy())

const scripts = { recycle: () => undefined }

async function setStep(step: Finish['step']): Promise<void> {
  const times = { started_at: 1, step_started_at: 1, step_ended_at: null }
  const accepted = { latecomers: 0, unknown_identifiers: null, other_programs: 0 }
  const before_step = await finishOf(db, of)
  const finish: Finish = {
    step,
    state: 'running',
    job_id: 'job_a',
    original: before_step?.original ?? null,
    accepted,
    facts: {},
    ...times,
  }
  await inTransaction(db, (trx) => writeFinish(trx, of, finish))
}

/** Runs the job of a step until it has committed so often; the process ends then. Returns where it stood. */
async function runUntil(step: Finish['step'], cursor: WipeCursor | null, commits_max = Infinity) {
  let kept = cursor
  let commits = 0
  const job: FinishJob = {
    tenant_id: of.tenant_id,
    job_id: 'job_a',
    input: { connection_id: of.connection_id, connection: key.name, step, saved_by: { through: 'finish' } },
    cursor,
    progress: { done: 0, total: null },
    async commit(work) {
      const done = await inTransaction(db, work)
      kept = done.cursor
      commits += 1
      if (commits >= commits_max) throw new JobInterrupted('lease_lost')
      return done
    },
    renew: () => Promise.resolve(),
  }
  const handler = createFinishJob({ db, clock: { now: () => 1 }, sealer, scripts })
  await handler.run(job).catch((error: unknown) => {
    if (!(error instanceof JobInterrupted)) throw error
  })
  return kept
}

test('a step whose process ends after its transaction is not done again', async () => {
  await setStep('no_op')
  await runUntil('no_op', null, 1)
  await runUntil('no_op', null)
  const versions = await db
    .selectFrom('script_versions')
    .select(['script', 'version'])
    .orderBy('version')
    .orderBy('script')
    .execute()
  assert.deepEqual(
    versions.map(({ script, version }) => `${script} ${version}`),
    ['login 1', 'get_user 2', 'login 2'],
  )
  assert.deepEqual((await finishOf(db, of))?.original, { login: 1, get_user: null })
})

test('[guard: disconnect-waits] disconnect is refused while a job that needs what it wipes waits', async () => {
  await setStep('convert')
  const convert = await finishOf(db, of)
  assert.ok(convert)
  await inTransaction(db, (trx) => writeFinish(trx, of, { ...convert, state: 'done' }))
  const deps = { db, clock: { now: () => 2 }, jobs: { wake: () => undefined } }
  const disconnect = { ...of, step: 'disconnect', confirm: 'shop', started_by: {} } as const
  for (const kind of ['tail_import', 'rehearsal', 'legacy_activity']) {
    const input = { connection_id: of.connection_id, connection: 'shop' }
    const job = { tenant_id: of.tenant_id, kind, input, at: 1, job_id: `job_${kind}` }
    await inTransaction(db, (trx) => enqueueJob(trx, job))
    await assert.rejects(startFinishStep(deps, disconnect), (error: unknown) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.code, 'finish_step_running')
      assert.match(error.message, new RegExp(`job_${kind} .* wait until it has ended`))
      return true
    })
    await cancelJob(db, of.tenant_id, job.job_id, 2)
  }
  await startFinishStep(deps, disconnect)
  await assert.rejects(startFinishStep(deps, disconnect), /The step disconnect runs \(job \w+\): wait for its end\.$/)
})

test('[guard: shared-after-release] an identifier that a latecomer shares passes on to the other person', async () => {
  const connection = await connectionById(db, of.tenant_id, of.connection_id)
  assert.ok(connection)
  const identifier = 'both@shop.example'
  for (const record_id of ['mrc_a', 'mrc_b']) {
    const state = { state: 'unseen', fingerprints: '{}', created_at: 1, updated_at: 1 }
    await db
      .insertInto('migration_records')
      .values({ ...of, record_id, legacy_id: record_id, email: identifier, ...state })
      .execute()
  }
  const holds = { ...of, identifier, record_id: 'mrc_a' }
  await db.insertInto('migration_identifiers').values(holds).execute()
  await db
    .insertInto('directory_shared_identifiers')
    .values({ ...holds, record_id: 'mrc_b' })
    .execute()
  const deps = { db, clock: { now: () => 2 } }
  const holders = async () =>
    (await db.selectFrom('migration_identifiers').select('record_id').execute()).map(({ record_id }) => record_id)
  await releaseLatecomer(deps, connection, 'mrc_a')
  assert.deepEqual(await holders(), ['mrc_b'])
  await releaseLatecomer(deps, connection, 'mrc_b')
  assert.deepEqual(await holders(), [])
})

test('[guard: wipe-cursor] a wipe whose process ends after each second batch goes on there, and counts each row once', async () => {
  await setStep('disconnect')
  let cursor: WipeCursor | null = null
  let rounds = 0
  for (; rounds < 50 && (await finishOf(db, of))?.state === 'running'; rounds += 1)
    cursor = await runUntil('disconnect', cursor, 2)
  assert.ok(rounds > 5 && rounds < 50, `${rounds} rounds`)
  const wiped = Object.fromEntries((await finishOf(db, of))?.facts.wiped?.map(({ what, count }) => [what, count]) ?? [])
  assert.deepEqual(
    [wiped['settings of the scripts'], wiped['egress entries'], wiped['lines of the script log']],
    [2, 1, lines],
  )
  assert.equal((await db.selectFrom('script_logs').select('line_id').execute()).length, 0)
})
