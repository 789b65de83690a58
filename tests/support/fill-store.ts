// Fills a store with many users, migration records and log events, by statements that run on both engines.
import { sql, type RawBuilder } from 'kysely'
import { logIdStart } from '../../src/base/ids.ts'
import { sortableNumber } from '../../src/store/sortable-number.ts'
import type { Db } from '../../src/store/tables.ts'

/** What a store is filled with: users, records and rows of a directory of these numbers, and a log event per second of so many days. */
export type Filling = { tenant_id: string; connection_id: string; users: number; days: number; events_per_day: number }

/** The time of the first user's creation and of the first event. */
export const filled_from = Date.UTC(2025, 0, 1)

const day_ms = 86_400_000
const at_once = 10_000

const numbers = (from: number, to: number): RawBuilder<unknown> =>
  sql`with recursive n(i) as (select cast(${from} as bigint) union all select i + 1 from n where i < ${to})`

// 7919 is a prime: consecutive users have scattered values.
const scattered = (count: number): RawBuilder<unknown> => sql`cast(i * 7919 % ${sql.lit(count)} as text)`

async function fillUsers(db: Db, { tenant_id, connection_id, users }: Filling, from: number, to: number) {
  const of = sql`${tenant_id} as tenant_id, ${connection_id} as connection_id`
  const id = sql`'filled-' || cast(i as text)`
  const email = sql`'user' || ${scattered(users)} || '@filled.example'`
  const created_at = sql`cast(${filled_from} as bigint) + i * 1000`
  const many = numbers(from, to)
  // Twenty users each, in a store of any size.
  const batch = sql`cast(i / 20 as text)`
  await sql`insert into users (tenant_id, connection_id, user_id, email, email_lower, email_domain, arrived_through, arrived_at, email_verified, phone_verified, name, nickname,
      given_name, family_name, name_lower, nickname_lower, given_name_lower, blocked, user_metadata, app_metadata, extra, created_at, updated_at, last_login, logins_count)
    ${many} select ${of}, 'auth0|' || ${id}, ${email}, ${email}, case when i % 500 = 1 then 'rare.example' else 'filled.example' end,
      case when i % 500 = 2 then 'import' else 'login' end, ${created_at}, i % 2, 0, case when i % 3 > 0 then 'Name ' || ${scattered(users)} end,
      'nick' || ${scattered(1000)}, case when i % 10 = 0 then 'Ada' end, null, case when i % 3 > 0 then 'name ' || ${scattered(users)} end,
      'nick' || ${scattered(1000)}, case when i % 10 = 0 then 'ada' end, case when i % 500 = 0 then 1 else 0 end,
      '{"colour":"red"}', '{"plan":"p' || ${scattered(50)} || '","seats":' || ${scattered(9)} || ',"batch":"b' || ${batch} || '"}', '{}', ${created_at}, ${created_at},
      case when i % 4 = 0 then ${created_at} + 5000 end, i % 7 from n`.execute(db)
  const seats = sql.join(
    Array.from({ length: 9 }, (_, count) => sql`when ${sql.lit(String(count))} then ${sql.lit(sortableNumber(count))}`),
    sql` `,
  )
  const leaves = {
    'user_metadata.colour': ['text', sql`'red'`],
    'app_metadata.plan': ['text', sql`'p' || ${scattered(50)}`],
    'app_metadata.seats': ['number', sql`case ${scattered(9)} ${seats} end`],
    'app_metadata.batch': ['text', sql`'b' || ${batch}`],
  } as const
  for (const [path, [kind, value]] of Object.entries(leaves)) {
    await sql`insert into metadata_leaves (tenant_id, path, kind, value, user_id)
      ${many} select ${tenant_id}, ${path}, ${kind}, ${value}, 'auth0|' || ${id} from n`.execute(db)
  }
  await sql`insert into identities (tenant_id, connection_id, identity_user_id, user_id, strategy, created_at)
    ${many} select ${of}, ${id}, 'auth0|' || ${id}, 'auth0', ${created_at} from n`.execute(db)
  await sql`insert into user_identifiers (tenant_id, connection_id, kind, value, user_id)
    ${many} select ${of}, 'email', ${email}, 'auth0|' || ${id} from n`.execute(db)
  await sql`insert into migration_records (tenant_id, connection_id, record_id, state, fingerprints, legacy_id, email, user_id, last_outcome,
      created_at, updated_at)
    ${many} select ${of}, 'mrc_' || ${id}, case when i % 5 = 0 then 'seen' else 'migrated' end, '{}', cast(i as text), ${email},
      'auth0|' || ${id}, 'moved', ${created_at}, ${created_at} from n`.execute(db)
  await sql`insert into migration_identifiers (tenant_id, connection_id, identifier, record_id)
    ${many} select ${of}, ${email}, 'mrc_' || ${id} from n`.execute(db)
  await sql`insert into directory_rows (tenant_id, connection_id, record_id, row_key, given_legacy_id, email, last_activity_at, disabled, has_hash,
      problem, rehearsed_outcome, digest, load_id, gone_at)
    ${many} select ${of}, 'mrc_' || ${id}, 'id:' || cast(i as text), cast(i as text), ${email}, ${created_at}, case when i % 500 = 1 then 1 else 0 end,
      case when i % 500 = 2 then 1 else 0 end, case when i % 500 = 3 then 'missing_id' end,
      case when i % 500 = 5 then 'collision' else 'moved' end, 'x', 'dld_filled',
      case when i % 500 = 4 then ${created_at} end from n`.execute(db)
}

async function fillDay(db: Db, { tenant_id, connection_id, users, events_per_day }: Filling, day_at: number) {
  // Two digits each of hours, minutes and seconds.
  const digits = (value: RawBuilder<unknown>): RawBuilder<unknown> => sql`substr(cast(100 + ${value} as text), 2)`
  const time = sql`${digits(sql`i / 3600`)} || ${digits(sql`i / 60 % 60`)} || ${digits(sql`i % 60`)}`
  const log_id = sql`${logIdStart(day_at).slice(0, 11)} || ${time} || '000' || '000000' || '000000000000000000000000000000'`
  await sql`insert into log_events (tenant_id, log_id, date, type, connection_id, connection, client_name, user_id, user_name, ip, details)
    ${numbers(0, events_per_day - 1)} select ${tenant_id}, ${log_id}, cast(${day_at} as bigint) + i * 1000,
      case when i % 10 = 0 then 'fp' else 's' end, ${connection_id}, 'filled', 'App',
      'auth0|filled-' || ${scattered(users)}, 'user' || ${scattered(users)} || '@filled.example', '203.0.113.7', '{"note":"x"}' from n`.execute(
    db,
  )
}

/** Fills a store. At most 86,400 events per day. */
export async function fillStore(db: Db, filling: Filling): Promise<void> {
  const { tenant_id, connection_id, users, days } = filling
  for (let from = 1; from <= users; from += at_once) {
    await fillUsers(db, filling, from, Math.min(users, from + at_once - 1))
  }
  for (let day = 0; day < days; day += 1) await fillDay(db, filling, filled_from + day * day_ms)
  await db
    .insertInto('connection_counters')
    .values({ tenant_id, connection_id, counter: 'users', slot: 7, value: users })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id', 'counter', 'slot'])
        .doUpdateSet((kept) => ({ value: kept('connection_counters.value', '+', users) })),
    )
    .execute()
}
