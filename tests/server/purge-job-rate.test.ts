// What logins leave behind is deleted faster than logins write it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { recordEvents } from '../../src/logs/record-event.ts'
import { purgeRotatedTokens } from '../../src/oauth/purge-rotated-tokens.ts'
import { createPasswords, hashesAtOnce } from '../../src/passwords/passwords.ts'
import { jobHandlers } from '../../src/server/job-handlers.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Database, Db } from '../../src/store/tables.ts'
import { jobKit, mail_deps, sealer, until, type JobKit } from '../jobs/job-kit.ts'
import { insertRow, sampleRow } from '../store/sample-row.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { log_retention } from '../support/log-retention.ts'

const day_ms = 86_400_000
const minute_ms = 60_000
const tenant_id = 'ten_busy'

/** How many logins a second this machine can do now: a server does three quarters as many as it can compute hashes. */
async function loginsPerSecond(): Promise<number> {
  const passwords = createPasswords()
  const lanes = hashesAtOnce()
  const each = 10
  const began = performance.now()
  const hashSome = async (): Promise<void> => {
    for (let nth = 0; nth < each; nth += 1) await passwords.hash('Right-one-1', tenant_id)
  }
  await Promise.all(Array.from({ length: lanes }, hashSome))
  return (0.75 * lanes * each) / ((performance.now() - began) / 1000)
}

let db: Db
let kit: JobKit
before(async () => {
  db = await openStore({ engine: 'sqlite', folder: tempFolder('purge-job-rate') })
  kit = jobKit(db)
  await insertRow(db, 'tenants', { ...sampleRow('tenants'), tenant_id })
})
after(async () => {
  await kit.close()
  await db.destroy()
})

async function insertAll<Table extends 'token_families' | 'refresh_tokens'>(
  table: Table,
  count: number,
  columns: (nth: number) => Record<string, string | number | null>,
): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count - from) }, (_, nth) => ({
      ...sampleRow(table),
      tenant_id,
      ...columns(from + nth),
    }))
    await db
      .insertInto(table)
      .values(rows as never)
      .execute()
  }
}

async function countOf(table: keyof Database): Promise<number> {
  const { total } = await db
    .selectFrom(table)
    .select((row) => row.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** Runs the purges of a minute, with events written beside them, and answers how long they took. */
async function purge(): Promise<number> {
  const runner = await kit.runner({
    purge: jobHandlers({ ...mail_deps, db, sealer, clock: kit.clock }, log_retention)['purge_every_minute']!,
  })
  let is_done = false
  const logins = (async () => {
    while (!is_done) {
      await recordEvents(db, tenant_id, kit.clock.now(), [{ type: 's' }, { type: 'sepft' }])
      await setTimeout(20)
    }
  })()
  const rows = await Promise.all((['log_events', 'token_families', 'refresh_tokens'] as const).map(countOf))
  const began = performance.now()
  kit.time.ahead_ms += minute_ms
  runner.wake()
  await until(async () => (await countOf('token_families')) === 1 && (await countOf('refresh_tokens')) === 2)
  const ms = performance.now() - began
  is_done = true
  await logins
  assert.ok(rows.every((count) => count > 0))
  return ms
}

test('a purge of one tenant keeps up with ten times the measured rate of logins; rotated tokens of a living family end [guard: rotated-tokens-end]', async (t) => {
  // Per login: two events, a family with a token, and a rotated token.
  const logins = 4000
  const now = kit.clock.now()
  for (let nth = 0; nth < logins; nth += 500) {
    await recordEvents(
      db,
      tenant_id,
      now - 40 * day_ms,
      Array.from({ length: 1000 }, () => ({ type: 's' })),
    )
  }
  const old = now - 31 * day_ms
  await insertAll('token_families', logins, (nth) => ({ family_id: `ended ${nth}`, expires_at: now - 1 }))
  await insertAll('refresh_tokens', logins, (nth) => ({
    family_id: `ended ${nth}`,
    token_digest: `ended ${nth}`,
    rotated_at: null,
  }))
  await insertAll('token_families', 1, () => ({ family_id: 'living', expires_at: null, revoked_at: null }))
  await insertAll('refresh_tokens', logins, (nth) => ({
    family_id: 'living',
    token_digest: `rotated ${nth}`,
    rotated_at: old,
  }))
  await insertAll('refresh_tokens', 2, (nth) => ({
    family_id: 'living',
    token_digest: `kept ${nth}`,
    rotated_at: nth === 0 ? null : now - 29 * day_ms,
  }))
  const earlier = await loginsPerSecond()
  const ms = await purge()
  const measured = Math.round(Math.max(earlier, await loginsPerSecond()))
  const per_second = Math.round(logins / (ms / 1000))
  t.diagnostic(`${measured} logins a second could be written; what follows from ${per_second} is deleted`)
  assert.ok(per_second > 10 * measured, `${per_second} logins a second against ${measured}`)
  const kept = await db.selectFrom('refresh_tokens').select('token_digest').orderBy('token_digest').execute()
  assert.deepEqual(
    kept.map((row) => row.token_digest),
    ['kept 0', 'kept 1'],
  )
  const left = await db.selectFrom('log_events').select('date').where('date', '<', now).execute()
  assert.equal(left.length, 0)
})

test('a rotated token stays while the leeway of a client permits its use', async () => {
  const now = kit.clock.now()
  const data = JSON.stringify({ refresh_token: { leeway: 40 * 86_400 } })
  await insertRow(db, 'clients', { ...sampleRow('clients'), tenant_id, data })
  await insertAll('refresh_tokens', 2, (nth) => ({
    token_digest: `leeway ${nth}`,
    rotated_at: now - (nth === 0 ? 39 : 41) * day_ms,
  }))
  assert.equal(await purgeRotatedTokens(db, tenant_id, now), 1)
  assert.equal(await purgeRotatedTokens(db, tenant_id, now), 0)
})
