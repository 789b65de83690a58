// What a deleted connection leaves is deleted by jobs, whatever happens to the process that runs them.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deleteConnection } from '../../src/connections/delete-connection.ts'
import { jobHandlers } from '../../src/server/job-handlers.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertUser } from '../../src/users/insert-user.ts'
import { testedStore } from '../support/tested-store.ts'
import { jobKit, mail_deps, sealer, until } from './job-kit.ts'
import { startWorker } from './job-worker.ts'
import { log_retention } from '../support/log-retention.ts'

const tenant_id = 'ten_a'
const tables = ['users', 'identities', 'user_identifiers', 'migration_records', 'connection_counters'] as const

async function insertConnection(db: Db, connection_id: string): Promise<void> {
  const texts = { options: '{}', configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
  const times = { version: 1, created_at: 1, updated_at: 1 }
  await db
    .insertInto('connections')
    .values({ tenant_id, connection_id, name: connection_id, ...texts, ...times })
    .execute()
}

async function insertUsers(db: Db, connection_id: string, count: number): Promise<void> {
  const absent = { username: null, phone_number: null, name: null, nickname: null, given_name: null, family_name: null }
  await inTransaction(db, async (trx) => {
    for (let nth = 0; nth < count; nth += 1) {
      const email = `user${nth}@${connection_id}.example`
      await insertUser(trx, {
        tenant_id,
        connection_id,
        strategy: 'auth0',
        identity_user_id: `${connection_id}-${nth}`,
        at: 1,
        ...absent,
        email,
        email_verified: true,
        phone_verified: false,
        picture: null,
        blocked: false,
        user_metadata: {},
        app_metadata: {},
        extra: {},
        last_password_reset: null,
        identifiers: [{ kind: 'email', value: email }],
      })
    }
    const record = { state: 'seen', fingerprints: '{}', created_at: 1, updated_at: 1 }
    await trx
      .insertInto('migration_records')
      .values({ tenant_id, connection_id, record_id: `mrc_${connection_id}`, ...record })
      .execute()
  })
}

async function rowsLeft(db: Db, connection_id: string): Promise<number> {
  let count = 0
  for (const table of tables) {
    const rows = await db.selectFrom(table).select('tenant_id').where('connection_id', '=', connection_id).execute()
    count += rows.length
  }
  return count
}

/** Deletes a connection as the Management API does, in a process whose job runner does not begin with it. */
async function deleteIt(db: Db, connection_id: string): Promise<void> {
  const deps = {
    db,
    clock: { now: () => Date.now() },
    jobs: { wake: () => undefined },
    scripts: { recycle: () => undefined },
  }
  await deleteConnection(deps, tenant_id, connection_id)
}

const store = await testedStore('SQLite')

describe(`deleting a connection with 3,000 users on ${store.name}`, () => {
  test('goes on where it was when its process is killed, and deletes nothing of another connection', async () => {
    const target = await store.target()
    let db = await openStore(target)
    for (const connection_id of ['con_gone', 'con_kept']) await insertConnection(db, connection_id)
    await insertUsers(db, 'con_gone', 3000)
    await insertUsers(db, 'con_kept', 3)
    await deleteIt(db, 'con_gone')
    const [job, late] = await db.selectFrom('jobs').selectAll().orderBy('run_at').execute()
    assert.ok(job && late && late.run_at - job.run_at === 300_000)
    assert.deepEqual([job.state, job.progress_total, (await rowsLeft(db, 'con_gone')) > 9000], ['pending', 3000, true])
    await db.destroy()

    const first = startWorker(target, { held_at: 1500 })
    await first.said(`began ${job.job_id} 1500`)
    await first.kill()
    const second = startWorker(target, { lease_rate: 100 })
    await second.said(`ended ${job.job_id}`)
    await second.kill()
    assert.deepEqual(
      second.lines.filter((line) => line.startsWith('committed')),
      [1500, 2000, 2500, 3000, 3000, 3000].map((done) => `committed ${job.job_id} ${done}`),
      'users in steps of 500 from where the first process was, then the ledger, then the rest',
    )
    db = await openStore(target)
    assert.equal(await rowsLeft(db, 'con_gone'), 0)
    assert.ok((await rowsLeft(db, 'con_kept')) > 9)
    await db.destroy()
  })

  test('deletes also a user that a login wrote after the first job', async () => {
    const db = await openStore(await store.target())
    const kit = jobKit(db)
    await insertConnection(db, 'con_gone')
    await insertUsers(db, 'con_gone', 1)
    await deleteIt(db, 'con_gone')
    const runner = await kit.runner(jobHandlers({ ...mail_deps, db, sealer, clock: kit.clock }, log_retention))
    await until(async () => (await rowsLeft(db, 'con_gone')) === 0)
    await insertUsers(db, 'con_gone', 1)
    kit.time.ahead_ms = 300_000
    runner.wake()
    await until(async () => (await rowsLeft(db, 'con_gone')) === 0)
    await kit.close()
    await db.destroy()
  })
})
