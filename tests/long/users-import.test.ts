// An import of many users: its memory does not grow with the file, a kill half-way loses nothing, and its speed is printed beside plain inserts
// of the same users, on PostgreSQL also beside plain COPY of the same rows. WHERRY_IMPORT_USERS sets the number of users (default 30,000;
// 1,000,000 takes some 20 minutes per store).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { newJobId } from '../../src/jobs/enqueue-job.ts'
import { writeJobFile } from '../../src/jobs/job-files.ts'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { postgresDialect } from '../../src/store/postgres.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertUsers, type UserToInsert } from '../../src/users/insert-user.ts'
import { completeProfile } from '../../src/users/user-attributes.ts'
import { jobKit, sealer } from '../jobs/job-kit.ts'
import { startWorker } from '../jobs/job-worker.ts'
import { userToRunAs } from '../support/guarded-process.ts'
import { startPostgres } from '../support/servers.ts'
import { removeTempFolder, tempFolder } from '../support/temp-folder.ts'

const users = Number(process.env['WHERRY_IMPORT_USERS'] ?? 30_000)
const resident_max_bytes = 400 * 2 ** 20
const tenant_id = 'ten_a'
const connection_id = 'con_many'
const clock = { now: () => Date.now() }
const server = await startPostgres()
after(() => server.stop())

const engines: Record<string, () => Promise<StoreTarget>> = {
  SQLite: async () => ({ engine: 'sqlite', folder: tempFolder('many') }),
  PostgreSQL: async () => ({
    engine: 'postgres',
    url: (await server.createDatabase('many')).url,
    connections: 4,
    onConnectionError: () => undefined,
  }),
}

const row = (nth: number) => ({
  user_id: `u${nth}`,
  email: `user${nth}@many.example`,
  email_verified: true,
  name: `Name ${nth}`,
  app_metadata: { plan: `p${nth % 50}` },
})

function* lines(): Generator<Buffer> {
  const hash = { algorithm: 'md5', hash: { value: '0'.repeat(32), encoding: 'hex' } }
  for (let nth = 0; nth < users; nth += 1) {
    yield Buffer.from(`${JSON.stringify({ ...row(nth), custom_password_hash: hash })}\n`)
  }
}

async function enqueueImport(db: Db): Promise<string> {
  const texts = { options: '{}', configuration_sealed: '{}', scripts_sealed: '{}', data: '{}', strategy: 'auth0' }
  const times = { version: 1, created_at: 1, updated_at: 1 }
  await db
    .insertInto('connections')
    .values({ tenant_id, connection_id, name: 'many', ...texts, ...times })
    .execute()
  const job_id = newJobId()
  const key = { tenant_id, job_id, name: 'input' }
  const { size_bytes } = await writeJobFile({ db, sealer, clock }, key, Readable.from(lines()))
  const input = { connection_id, connection: 'many', upsert: false, external_id: null, size_bytes }
  return await jobKit(db).enqueue('users_import', input, { job_id, progress_total: size_bytes })
}

async function countOf(db: Db, table: 'users' | 'identities' | 'user_identifiers' | 'credentials'): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((all) => all.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Inserts the same users as plain batches of 200, and answers the time in ms. */
async function plainInserts(target: StoreTarget): Promise<number> {
  const db = await openStore(target)
  const started = performance.now()
  for (let from = 0; from < users; from += 200) {
    const batch = Array.from({ length: Math.min(200, users - from) }, (_, at): UserToInsert => {
      const { user_id, ...fields } = row(from + at)
      const identifiers = [{ kind: 'email' as const, value: fields.email }]
      const credential = {
        format: 'argon2id' as const,
        hash: 'x'.repeat(97),
        credential_id: 'x',
        set_through: 'api' as const,
      }
      const of = {
        tenant_id,
        connection_id,
        strategy: 'auth0',
        identity_user_id: user_id,
        at: 1,
        last_password_reset: null,
      }
      return { ...of, ...completeProfile(fields), identifiers, credential }
    })
    await inTransaction(db, (trx) => insertUsers(trx, batch))
  }
  const ms = performance.now() - started
  await db.destroy()
  return ms
}

/** Copies the imported rows to another store by files of their server, with the indexes in place, and answers the time of reading them in ms. */
async function plainCopy(imported: StoreTarget, target: StoreTarget): Promise<number> {
  await (await openStore(target)).destroy()
  const folder = tempFolder('copied', userToRunAs(['postgres']))
  const tables = ['users', 'metadata_leaves', 'identities', 'user_identifiers', 'credentials']
  const runFor = async (of: StoreTarget, word: 'from' | 'to'): Promise<void> => {
    assert.ok(of.engine === 'postgres')
    const db = new Kysely({ dialect: postgresDialect({ ...of, statement_timeout_ms: 0 }) })
    for (const table of tables) {
      await sql`copy ${sql.table(table)} ${sql.raw(word)} ${sql.lit(join(folder, table))}`.execute(db)
    }
    await db.destroy()
  }
  await runFor(imported, 'to')
  const began = performance.now()
  await runFor(target, 'from')
  const ms = performance.now() - began
  removeTempFolder(folder)
  return ms
}

const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

for (const [engine, makeTarget] of Object.entries(engines)) {
  test(`an import of ${users} users on ${engine} survives a kill half-way, in memory that does not grow`, async (t) => {
    const target = await makeTarget()
    let db = await openStore(target)
    const job_id = await enqueueImport(db)
    await db.destroy()
    let last = 0
    let total = 0
    for (const line of lines()) total += line.length
    const waitFor = async (worker: ReturnType<typeof startWorker>, bytes: number): Promise<void> => {
      while (last < bytes) {
        assert.ok(!worker.lines.some((line) => line.startsWith('log ')), worker.lines.join('\n'))
        await sleep(20)
        const committed = worker.lines.findLast((line) => line.startsWith(`committed ${job_id} `))
        last = Number(committed?.split(' ')[2] ?? 0)
      }
    }
    const first = startWorker(target)
    await waitFor(first, total / 2)
    await first.kill()
    const second = startWorker(target, { ahead_ms: 30_000 })
    // The time that the process takes to start does not count.
    await waitFor(second, last + 1)
    const resumed_at = last
    const started = performance.now()
    await waitFor(second, total)
    const seconds = (performance.now() - started) / 1000
    const peak_bytes = peakOf(second.pid)
    await second.said(`ended ${job_id}`)
    await second.kill()
    db = await openStore(target)
    for (const table of ['users', 'identities', 'user_identifiers', 'credentials'] as const) {
      assert.equal(await countOf(db, table), users, table)
    }
    await db.destroy()
    const perSecond = (ms: number): string => `${Math.round(users / (ms / 1000))} users/s`
    const speeds = [
      `${Math.round((users * (total - resumed_at)) / total / seconds)} users/s imported`,
      `${perSecond(await plainInserts(await makeTarget()))} by plain batched inserts`,
    ]
    if (target.engine === 'postgres')
      speeds.push(`${perSecond(await plainCopy(target, await makeTarget()))} by plain COPY`)
    t.diagnostic(`${speeds.join('; ')}; ${Math.round(peak_bytes / 2 ** 20)} MiB`)
    assert.ok(peak_bytes < resident_max_bytes, `${peak_bytes} bytes were resident`)
  })
}
