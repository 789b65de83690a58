// Which programs use the legacy store: sampled from the sessions of real databases, without the text of any statement.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { addSample } from '../../src/migration/legacy-activity/add-sample.ts'
import { objects, type Json } from '../support/requests.ts'
import { startSqlServer } from '../support/sql-server/server.ts'
import { startMariadb, startPostgres, type DatabaseServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

let server: TestServer
let postgres: DatabaseServer
let mariadb: DatabaseServer
before(async () => {
  ;[server, postgres, mariadb] = await Promise.all([startTestServer(), startPostgres(), startMariadb()])
})
after(async () => {
  await server?.close()
  await Promise.all([postgres?.stop(), mariadb?.stop()])
})

async function connectionTo(name: string, url: string): Promise<string> {
  const options = {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login: 'function login(name, password, callback) { callback(null) }' },
    configuration: { DATABASE_URL: url },
    egress: { allow: [new URL(url).host] },
  }
  return await server.createConnection(name, options)
}

const read = async (id: string): Promise<Json> => await server.must('GET', `migrations/${id}/legacy-activity`)

/** Starts to sample, and answers what one sample finds. */
async function sampleOnce(id: string): Promise<{ job_id: string; found: Json }> {
  const { job_id } = await server.must('POST', `migrations/${id}/legacy-activity`, { duration_s: 30 })
  await waitUntil(async () => {
    const { samples, failed_samples } = await read(id)
    return samples + failed_samples > 0
  })
  return { job_id, found: await read(id) }
}

/** Moves the time once to the end of a sampling: a sample that runs keeps its lease. */
async function endsAs(job_id: string, status: string): Promise<void> {
  server.advance(30_000)
  await waitUntil(async () => (await server.must('GET', `jobs/${job_id}`)).status === status)
  assert.equal(typeof (await server.must('GET', `jobs/${job_id}`)).connection, 'string')
}

/** Lets the time of a sampling pass, so that its job ends. */
async function finish(id: string, job_id: string): Promise<Json> {
  await endsAs(job_id, 'completed')
  return await read(id)
}

const namesOf = (found: Json): unknown[] => objects(found.programs).map(({ program }) => program)

describe('PostgreSQL', () => {
  test('shows the other programs with user, host and database, and no statement', async () => {
    const id = await connectionTo('pg', postgres.url)
    const shop = new Client({ connectionString: postgres.url, application_name: 'old-shop' })
    await shop.connect()
    await shop.query(`select 'text-of-a-statement'`)
    const reasonsOf = async () =>
      objects((await server.must('GET', `migrations/${id}/preflight`)).reasons).map(({ reason }) => reason)
    assert.deepEqual(await reasonsOf(), ['no_directory', 'not_sampled'])
    const { job_id, found } = await sampleOnce(id)
    assert.deepEqual(await reasonsOf(), ['no_directory', 'other_programs'])
    assert.deepEqual([found.state, found.missing_grant, found.has_program_names], ['sampling', undefined, true])
    const [program] = objects(found.programs)
    const { pathname, username } = new URL(postgres.url)
    assert.deepEqual(
      [program?.['program'], program?.['user'], program?.['database'], program?.['is_own_user'], program?.['samples']],
      ['old-shop', decodeURIComponent(username), pathname.slice(1), true, 1],
    )
    const again = await server.api('POST', `migrations/${id}/legacy-activity`, { duration_s: 10 })
    assert.deepEqual([again.status, again.json.errorCode], [409, 'legacy_activity_running'])
    const { reasons } = await server.must('GET', `migrations/${id}/preflight`)
    assert.equal(objects(reasons).find(({ reason }) => reason === 'other_programs')?.['count'], 1)
    await shop.end()
    const finished = await finish(id, job_id)
    assert.equal(finished.state, 'finished')
    assert.ok(finished.samples >= 2)
    // Its own sessions are not among them.
    assert.deepEqual(namesOf(finished), ['old-shop'])
    assert.doesNotMatch(JSON.stringify(finished), /text-of-a-statement|select/)
  })

  test('names the grant that is missing, which is the right one', async () => {
    await postgres.query(`create role sampler login password 'sampler'`)
    const url = new URL(postgres.url)
    Object.assign(url, { username: 'sampler', password: 'sampler' })
    const { found } = await sampleOnce(await connectionTo('pg-limited', url.href))
    assert.equal(found.missing_grant, 'GRANT pg_read_all_stats TO sampler')
    await postgres.query(found.missing_grant)
    const { found: granted } = await sampleOnce(await connectionTo('pg-granted', url.href))
    assert.equal(granted.missing_grant, undefined)
    await postgres.query(`drop role sampler`)
  })
})

test('MariaDB shows the other programs, once the grant that is named as missing is given', async () => {
  const shop = await createConnection(mariadb.url)
  await mariadb.query(`create user 'old_shop'@'%' identified by 'old_shop'`)
  const url = new URL(mariadb.url)
  Object.assign(url, { username: 'old_shop', password: 'old_shop', pathname: '/' })
  const { found } = await sampleOnce(await connectionTo('maria', url.href))
  assert.deepEqual([found.missing_grant, found.programs], ["GRANT PROCESS ON *.* TO 'old_shop'@'%'", []])
  await mariadb.query(found.missing_grant)
  const { found: granted } = await sampleOnce(await connectionTo('maria-granted', url.href))
  assert.equal(granted.missing_grant, undefined)
  const program = objects(granted.programs).find(({ user }) => user === mariadb.user)
  assert.deepEqual([program?.['database'], program?.['is_own_user']], [mariadb.database, false])
  await shop.end()
  await mariadb.query(`drop user 'old_shop'@'%'`)
})

test('SQL Server shows the other programs, and the grant that is missing there and in Azure', async () => {
  const sql_server = await startSqlServer()
  const session = { is_user_process: 1, session_id: 60, host_name: 'web-1', login_name: 'old_shop', database_id: 5 }
  const columns = {
    session_id: 'int',
    is_user_process: 'bit',
    program_name: 'nvarchar(128)',
    login_name: 'nvarchar(128)',
    host_name: 'nvarchar(128)',
    database_id: 'int',
  }
  const rows = [
    { ...session, program_name: 'old-shop' },
    { ...session, program_name: 'wherry', session_id: 51, login_name: 'legacy' },
    { ...session, program_name: 'wherry', session_id: 52, login_name: 'legacy' },
    { ...session, program_name: null, session_id: 61, login_name: 'legacy', host_name: null },
    { ...session, program_name: 'a task of the server', session_id: 9, is_user_process: 0 },
  ]
  sql_server.createTable('sys.dm_exec_sessions', { columns, rows })
  const url = `${sql_server.url}?encrypt=false`
  const id = await connectionTo('sql-server', url)
  const { job_id, found } = await sampleOnce(id)
  assert.equal(found.missing_grant, 'GRANT VIEW SERVER STATE TO [legacy]')
  const shown = objects(found.programs).map(({ program, user, host, database, is_own_user }) =>
    [program, user, host, database, is_own_user].join(),
  )
  assert.deepEqual(shown.toSorted(), [',legacy,,shop,true', 'old-shop,old_shop,web-1,shop,false'])
  sql_server.session.permissions.add('VIEW SERVER STATE')
  assert.equal((await finish(id, job_id)).missing_grant, undefined)
  sql_server.session.edition = 5
  const { found: azure } = await sampleOnce(await connectionTo('sql-azure', url))
  assert.equal(azure.missing_grant, 'GRANT VIEW DATABASE STATE TO [legacy]')
  assert.deepEqual(sql_server.refused, [])
  await sql_server.stop()
})

test('a store that is down is a failed sample with its reason, and another kind of address is refused', async () => {
  const id = await connectionTo('down', 'postgres://shop:secret-password@127.0.0.1:1/shop')
  const { job_id, found } = await sampleOnce(id)
  assert.deepEqual([found.samples, found.failed_samples], [0, 1])
  assert.doesNotMatch(JSON.stringify(found), /secret-password/)
  await endsAs(job_id, 'failed')
  assert.equal((await read(id)).state, 'finished')
  const other = await server.createConnection('mongo', {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login: 'function login(name, password, callback) { callback(null) }' },
    configuration: { MONGODB_URL: 'mongodb://127.0.0.1' },
  })
  const [status, code] = await server.refused('POST', `migrations/${other}/legacy-activity`, { duration_s: 10 })
  assert.deepEqual([status, code], [400, 'invalid_body'])
  assert.equal((await server.api('GET', `migrations/${other}/legacy-activity`)).status, 404)
})

test('sessions of one program, user, host and database are one, and at most 500 are kept', () => {
  const session = (nth: number) => ({ program: `p${nth}`, user: 'u', host: 'h', database: 'd', is_own_user: false })
  const first = addSample([], [session(1), session(1), session(2)], 1000)
  assert.deepEqual(
    first.programs.map(({ program, sessions_max, samples }) => [program, sessions_max, samples]),
    [
      ['p1', 2, 1],
      ['p2', 1, 1],
    ],
  )
  const second = addSample(first.programs, [session(1)], 2000)
  assert.deepEqual(
    second.programs.map(({ sessions_max, samples, last_seen_at }) => [sessions_max, samples, last_seen_at]),
    [
      [2, 2, '1970-01-01T00:00:02.000Z'],
      [1, 1, '1970-01-01T00:00:01.000Z'],
    ],
  )
  const many = addSample(
    second.programs,
    Array.from({ length: 600 }, (_, nth) => session(nth)),
    3000,
  )
  assert.deepEqual([many.programs.length, many.omitted], [500, true])
})
