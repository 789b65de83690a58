// Lists that an index serves visit few rows of a filled store, on both engines and in a locale that does not sort by bytes.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { CompiledQuery, Kysely, SqliteDialect, sql, type LogEvent } from 'kysely'
import { logIdStart } from '../../src/base/ids.ts'
import { writeSortedCheckpoint } from '../../src/base/page.ts'
import { attemptByReference, listAttempts } from '../../src/logs/list-attempts.ts'
import { listEvents } from '../../src/logs/list-events.ts'
import { listRecords } from '../../src/migration/list-records.ts'
import { listJobs } from '../../src/store/jobs.ts'
import { countLogins } from '../../src/migration/progress/count-logins.ts'
import { failedLogins } from '../../src/migration/progress/failed-logins.ts'
import { listMigrations } from '../../src/migration/progress/list-migrations.ts'
import { peopleWithCauses } from '../../src/migration/progress/people-with-causes.ts'
import { readCause } from '../../src/migration/decisions/records-of-causes.ts'
import { undecidedWith } from '../../src/migration/decisions/undecided-with.ts'
import { enteredMigrated, readDays } from '../../src/migration/report/read-days.ts'
import { openStore } from '../../src/store/open-store.ts'
import { postgresDialect } from '../../src/store/postgres.ts'
import type { Searches } from '../../src/store/searches.ts'
import { TimeLimitedCompiler } from '../../src/store/sqlite-search.ts'
import type { Database, Db } from '../../src/store/tables.ts'
import { listUsers, usersByEmail, type UserQuery } from '../../src/users/list-users.ts'
import { user_columns } from '../../src/users/user-columns.ts'
import { filled_from, fillStore } from '../support/fill-store.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
const rows = 20_000
const most_visited = 2500

const first_page = { kind: 'offset', page: 0, per_page: 50 } as const

type Deps = { db: Db; searches: Searches }
type List = (deps: Deps) => Promise<unknown>

const users =
  (query: Partial<UserQuery>): List =>
  (deps) =>
    listUsers(deps, of.tenant_id, { page: first_page, include_total: false, ...query })
const events =
  (filter: { search?: string; user_id?: string }, page = 0): List =>
  (deps) =>
    listEvents(
      deps,
      { tenant_id: of.tenant_id, name: 'a', shows_admins: false },
      { filter, page: { kind: 'offset', page, per_page: 50 } },
    )
const records =
  (filter: object, page: { from?: string } = { from: 'mrc_filled-2' }): List =>
  (deps) =>
    listRecords(deps, of, filter, { take: 50, ...page })

const clock = { now: () => filled_from }
const closed = { state: 'closed', failures: 0, calls: 0, open_until: null, failing_since: null } as const
const legacy = { health: () => closed }

function placesOf(name: string): (string | number | null)[] {
  const column = user_columns.get(name)
  const value = column?.type === 'text' ? 'm' : filled_from + 500 * rows
  return column?.nullable === true ? [value, null] : [value]
}
const behind = (sort: string, value: string | number | null) =>
  ({ kind: 'checkpoint', take: 50, from: writeSortedCheckpoint(sort, { value, id: 'auth0|filled-5' }) }) as const

const sorted = [...user_columns].filter(([, { sortable }]) => sortable === 'index').map(([name]) => name)
const lists: Record<string, List> = {
  'users by e-mail address': ({ db }) => usersByEmail(db, of.tenant_id, 'user77@filled.example'),
  'users of a connection': users({ connection_id: of.connection_id }),
  ...Object.fromEntries(
    sorted.flatMap((name) =>
      [':1', ':-1'].flatMap((direction) =>
        [0, 15].map((page) => [
          `users by ${name}${direction}, page ${page}`,
          users({ sort: `${name}${direction}`, page: { ...first_page, page } }),
        ]),
      ),
    ),
  ),
  // Rows in the middle of a list, and in the middle of those without a value.
  ...Object.fromEntries(
    sorted.flatMap((name) =>
      placesOf(name).map((value) => [
        `users by ${name} in descending order behind ${value}`,
        users({ sort: `${name}:-1`, page: behind(`${name}:-1`, value) }),
      ]),
    ),
  ),
  'users who have an e-mail address': users({ search: 'email:user77@filled.example' }),
  'users whose e-mail address has a prefix': users({ search: 'email:user777*' }),
  'users whose username has a prefix': users({ search: 'username:nobody*' }),
  'users of a prefix that many have': users({ search: 'email:user* OR name:user* OR username:user*' }),
  'users of a prefix that many have, behind a page': users({
    search: 'email:user1* OR name:user1* OR username:user1*',
    sort: 'created_at:-1',
    page: behind('created_at:-1', filled_from + 500 * rows),
  }),
  'users of a prefix that many have, by e-mail address': users({
    search: 'name:name* OR username:name*',
    sort: 'email:1',
  }),
  'users of an e-mail domain': users({ search: 'email.domain:rare.example' }),
  'blocked users': users({ search: 'blocked:true' }),
  'users who were blocked': users({ search: '_exists_:blocked' }),
  'users who came in one way': users({ search: 'arrived_through:import' }),
  'users who came in the most frequent way': users({ arrived_through: 'login', sort: 'created_at:-1' }),
  'users of a connection who came in a rare way': users({
    connection_id: of.connection_id,
    arrived_through: 'import',
    include_total: true,
  }),
  'users of a connection who came in a way that none did': users({
    connection_id: of.connection_id,
    arrived_through: 'signup',
    include_total: true,
  }),
  'users with a name': users({ search: 'name:"Name 77"' }),
  'users whose name has a prefix': users({ search: 'name:"name 777" OR name:NAME\\ 777*' }),
  'users with a text in any field': users({ search: 'user77@filled.example' }),
  'users with a username': users({ search: 'username:nobody' }),
  'users with a text in their metadata': users({ search: 'app_metadata.batch:b77' }),
  'users with a prefix in their metadata': users({ search: 'app_metadata.batch:b77*' }),
  'users with two values in their metadata': users({ search: 'app_metadata.batch:b77 AND app_metadata.seats:>3' }),
  'users with a value that no metadata has': users({ search: 'user_metadata.colour:green', include_total: true }),
  'the user with an id': users({ search: 'user_id:"auth0|filled-77"' }),
  records: records({}),
  'records in a state': records({ state: 'seen' }),
  'records of users who have not moved': records({ moved: false }),
  'records of an identifier': records({ q: 'user77@filled.example' }, {}),
  'records with a prefix': records({ q: 'user777' }, {}),
  'the record of a legacy id': records({ q: '77' }, {}),
  'records of nobody': records({ q: 'nobody' }, {}),
  'records of users who are disabled': records({ directory: { disabled: true } }),
  'records of users whose hash is known': records({ directory: { has_hash: true } }, {}),
  'records with an outcome': records({ outcome: 'moved' }),
  'records with an outcome that none has': records({ outcome: 'collision' }, {}),
  'records of users who moved in one way': records({ through: 'import' }, {}),
  'records of users about whom the scripts disagree': records({ drifted: true }, {}),
  'causes and their samples': ({ db }) => peopleWithCauses(db, of),
  'logins that failed': ({ db }) => failedLogins(db, of, '2025-01-01'),
  'logins of a day': ({ db }) => countLogins(db, { ...of, options: {} }, '2025-01-01'),
  'migrations and their sums': ({ db }) => listMigrations({ db, clock, legacy }, of.tenant_id, first_page),
  'days of a migration': ({ db }) => readDays(db, of, enteredMigrated),
  'records with a problem': records({ directory: { problem: 'any' } }, {}),
  'records of users whose rehearsal ended so': records({ directory: { rehearsed: 'moved' } }),
  'records of few users whose rehearsal ended so': records({ directory: { rehearsed: 'collision' } }, {}),
  'records to decide about, of an outcome': ({ db }) =>
    undecidedWith(db, of, { kind: 'outcome', cause: 'collision' }, 50),
  'records to decide about, of a problem': ({ db }) =>
    undecidedWith(db, of, { kind: 'problem', cause: 'missing_id' }, 50),
  ...Object.fromEntries(
    (['problem:missing_id', 'outcome:collision', 'refused:refused', 'rehearsal:collision', 'drift:drift'] as const).map(
      (cause) => [`records of the cause ${cause}`, records({ cause: readCause(cause), decided: false }, {})],
    ),
  ),
  'records of users who share an identifier': records({ shared: true }, {}),
  'records of users who are gone': records({ directory: { gone: true } }, {}),
  'records of users who were active of late': records(
    { directory: { active_since: filled_from + 1000 * (rows - 100) } },
    {},
  ),
  'records of inactive users, behind a page': records({ directory: { active_before: filled_from + 1000 * rows } }),
  jobs: ({ db }) => listJobs(db, of.tenant_id, 20),
  'jobs of a kind': ({ db }) => listJobs(db, of.tenant_id, 20, ['work']),
  events: events({}),
  'events, page 15': events({}, 15),
  'the attempt with a reference code': ({ db }) => attemptByReference(db, of.tenant_id, 'ABCDEFGH'),
  'attempts of a user': ({ db }) => listAttempts(db, of.tenant_id, { user_ids: ['auth0|filled-77'], names: [] }),
  'attempts of an unknown user': ({ db }) =>
    listAttempts(db, of.tenant_id, { user_ids: [], names: ['user77@filled.example'] }),
  'events of a user': events({ user_id: 'auth0|filled-77' }),
  'events of a type': events({ search: 'type:fp' }),
  'events of a type that is not there': events({ search: 'type:limit_wc' }),
  'events of a day': events({ search: 'date:2025-01-01' }),
  'events of a day without events': events({ search: 'date:[2024-05-01 TO 2024-05-02]' }),
  'the event with an id': events({ search: `log_id:${logIdStart(filled_from)}${'0'.repeat(36)}` }),
}

/** Adds jobs: half of them are due, the others have ended. */
async function fillJobs(db: Db): Promise<void> {
  await sql`insert into jobs (tenant_id, job_id, kind, state, input, progress_done, attempts, run_at, created_at, finished_at, updated_at)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(rows)})
    select ${of.tenant_id}, 'job_' || cast(i as text), 'work', case when i % 2 = 0 then 'pending' else 'completed' end, 'null', 0, 0, i, i,
      case when i % 2 = 1 then i end, i from n`.execute(db)
}

const filling = { ...of, users: rows, days: 2, events_per_day: rows / 2 }

// No index has this order, so that the count is known.
const scan = users({ sort: 'logins_count:1' })

/** Tests every list with a function that counts the rows that a list visits. */
function planTests(visitedBy: (list: (db: Db) => Promise<unknown>) => Promise<number>): void {
  const countOf = (list: List): Promise<number> =>
    visitedBy((db) => list({ db, searches: { run: (_tenant_id, read) => read(db), close: () => Promise.resolve() } }))

  test('a list that no index serves visits all rows', async () => {
    assert.ok((await countOf(scan)) >= rows)
  })
  for (const [what, list] of Object.entries(lists)) {
    test(`the list of ${what} visits few rows`, async () => {
      const count = await countOf(list)
      assert.ok(count <= most_visited, `${count} of ${rows} rows were visited`)
    })
  }
}

describe('on SQLite', () => {
  const folder = tempFolder('plans')
  let visited = 0
  let db: Db

  before(async () => {
    const store = await openStore({ engine: 'sqlite', folder })
    await fillStore(store, filling)
    await fillJobs(store)
    await store.destroy()
    const database = new DatabaseSync(join(folder, 'wherry.sqlite'))
    // The compiler of searches calls this for each row that a statement visits.
    database.function('within_time', () => {
      visited += 1
      return 1
    })
    class Counting extends SqliteDialect {
      override createQueryCompiler() {
        return new TimeLimitedCompiler()
      }
    }
    const prepare = (text: string) => {
      const statement = database.prepare(text)
      const all = (parameters: readonly unknown[]) => statement.all(...(parameters as SQLInputValue[]))
      return { reader: true, all, run: () => assert.fail(), iterate: () => assert.fail() }
    }
    db = new Kysely<Database>({ dialect: new Counting({ database: { prepare, close: () => database.close() } }) })
  })
  after(() => db?.destroy())

  planTests(async (list) => {
    visited = 0
    await list(db)
    return visited
  })
})

/** The rows that the scans of a plan answered or filtered out. */
function rowsOf(plan: Record<string, unknown>): number {
  const inner = (plan['Plans'] as Record<string, unknown>[] | undefined) ?? []
  const loops = Number(plan['Actual Loops'])
  const own =
    inner.length > 0 && !String(plan['Node Type']).includes('Scan')
      ? 0
      : (Number(plan['Actual Rows']) + Number(plan['Rows Removed by Filter'] ?? 0)) * loops
  return inner.reduce((sum, each) => sum + rowsOf(each), own)
}

describe('on PostgreSQL in the locale en-US', () => {
  let postgres: DatabaseServer
  let db: Db
  const ran: LogEvent[] = []

  before(async () => {
    postgres = await startPostgres()
    const { url } = await postgres.createDatabase('plans')
    const name = `plans_in_english_${process.pid}`
    const admin = new Kysely<Database>({
      dialect: postgresDialect({ url, connections: 1, statement_timeout_ms: 0, onConnectionError: () => undefined }),
    })
    await sql`create database ${sql.id(name)} template template0 locale_provider icu icu_locale 'en-US'`.execute(admin)
    await admin.destroy()
    const english = new URL(url)
    english.pathname = `/${name}`
    const options = { url: english.href, connections: 1, onConnectionError: () => undefined }
    const store = await openStore({ engine: 'postgres', ...options })
    await fillStore(store, filling)
    await fillJobs(store)
    await sql`analyze`.execute(store)
    await store.destroy()
    const dialect = postgresDialect({ ...options, statement_timeout_ms: 0 })
    db = new Kysely<Database>({ dialect, log: (event) => void ran.push(event) })
  })
  after(async () => {
    await db?.destroy()
    await postgres?.stop()
  })

  planTests(async (list) => {
    ran.splice(0)
    await list(db)
    let count = 0
    for (const { query } of ran.splice(0)) {
      const explain = CompiledQuery.raw(`explain (analyze, format json) ${query.sql}`, [...query.parameters])
      const { rows: plans } = await db.executeQuery<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }>(explain)
      count += rowsOf(plans[0]?.['QUERY PLAN'][0].Plan ?? {})
    }
    return count
  })
})
