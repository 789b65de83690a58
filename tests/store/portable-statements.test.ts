// Every statement that a server runs on PostgreSQL also works on its distributed relatives.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { JsonValue } from '../../src/base/json.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { purgeBruteForceCounters } from '../../src/store/brute-force-counters.ts'
import { purgeTickets } from '../../src/login/tickets.ts'
import { purgeEvents } from '../../src/logs/purge-events.ts'
import { purgeScriptCalls } from '../../src/logs/script-call-counts.ts'
import { purgeScriptLogs } from '../../src/logs/purge-script-logs.ts'
import { dueOutboxRows, purgeOutbox } from '../../src/store/outbox.ts'
import { purgeTokenFamilies } from '../../src/store/refresh-tokens.ts'
import { schemaMigrations } from '../../src/store/schema/schema.ts'
import { openStore } from '../../src/store/open-store.ts'
import { peopleOptions } from '../login/people-scripts.ts'
import { startPostgres, type DatabaseServer } from '../support/servers.ts'
import { bearer, member, objects, send, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { over_all_tenants } from './over-all-tenants.ts'
import { runAdmins } from './run-admins.ts'
import { runBrowserLogins } from './run-browser-logins.ts'
import { runClientKeys } from './run-client-keys.ts'
import { runJobs } from './run-jobs.ts'
import { runMigration } from './run-migration.ts'
import { runDeliveries } from './run-deliveries.ts'
import { runRules } from './run-rules.ts'
import { shapes } from './shapes.ts'
import { faultsOf, isTenantTable, schemaFaultsOf } from './statement-lint.ts'
import { full_scans, unplannedScans } from './unplanned-scans.ts'

const tables = new Set(Object.keys(shapes))

const about = (statement: string): string => statement.replace(/\s+/g, ' ').slice(0, 300)
describe('statements', () => {
  let database: DatabaseServer
  let server: TestServer
  let client: TestClient
  let statements: string[] = []

  before(async () => {
    database = await startPostgres()
    const { url, statements: seen } = await database.createDatabase('statements')
    server = await startTestServer({ env: { DATABASE_URL: url, WHERRY_PLAN: 'enterprise' } })
    client = await server.createClient()
    await runLogins()
    await runMigration(server, client)
    await runBrowserLogins(server)
    await runAdmins(server)
    await runRules(server, client)
    await runDeliveries(server, client)
    await runOperations()
    await runJobs(server)
    const { db } = server.internals
    const now = Date.now()
    for (const purge of [purgeTickets, purgeOutbox, purgeTokenFamilies]) await purge(db, 'ten_a', now)
    await purgeBruteForceCounters(db, now)
    await purgeScriptLogs(db, 'ten_a', now, { days: 1, lines: 1 })
    await purgeScriptCalls(db, 'ten_a', now)
    await purgeEvents(db, 'ten_a', now, 1)
    await dueOutboxRows(db, now, 1)
    statements = await seen()
  })
  after(async () => {
    await server?.close()
    await database?.stop()
  })

  async function runLogins(): Promise<void> {
    const person = (id: string) => ({ password: 'right', profile: { user_id: id, email: `${id}@legacy.example` } })
    const people = Object.fromEntries(['ada', 'bob', 'cleo'].map((id) => [`${id}@legacy.example`, person(id)]))
    await server.createConnection('legacy', peopleOptions(people), [client])
    const sampled = await server.createConnection('sampled', { configuration: { DATABASE_URL: 'postgres://x' } })
    await server.must('POST', `migrations/${sampled}/legacy-activity`, { duration_s: 10 })
    const cached = { ...peopleOptions(people), import_mode: false }
    await server.createConnection('cached', { ...cached, id_namespace: 'cached' }, [client])
    const moved = await server.login(client, 'legacy', 'ada@legacy.example', 'right', {
      scope: 'openid offline_access',
    })
    assert.equal(moved.status, 200, moved.text)
    await server.login(client, 'cached', 'bob@legacy.example', 'right')
    for (const password of ['wrong', 'right']) await server.login(client, 'legacy', 'ada@legacy.example', password)
    await server.login(client, 'legacy', 'nobody@legacy.example', 'right')
    let refresh_token = member(moved.json, 'refresh_token')
    for (let turn = 0; turn < 2; turn += 1) {
      const rotated = await server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })
      if (turn === 0) await server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token })
      refresh_token = member(rotated.json, 'refresh_token') ?? refresh_token
    }
    const again = await server.login(client, 'legacy', 'ada@legacy.example', 'right', {
      scope: 'openid offline_access',
    })
    await server.send('/userinfo', { headers: bearer(again.json.access_token) })
    await server.post('/oauth/revoke', { ...client, token: member(again.json, 'refresh_token') })
    const { client_id } = client
    await server.post('/dbconnections/signup', {
      client_id,
      connection: 'legacy',
      email: 'new@local.example',
      password: 'Chosen-Pass-1',
    })
    for (const email of ['ada@legacy.example', 'cleo@legacy.example']) {
      await server.post('/dbconnections/change_password', { client_id, connection: 'legacy', email })
    }
    for (const mail of await server.outbox()) {
      const link = /https?:\/\/\S+ticket=[A-Za-z0-9]+/.exec(String(mail['text']))?.[0]
      if (link === undefined) continue
      await send(link)
      const ticket = new URL(link).searchParams.get('ticket') ?? ''
      const path = link.includes('reset-verify') ? '/u/reset-password' : '/u/email-verification'
      const form = new URLSearchParams({ ticket, password: 'Chosen-Pass-2', password_repeat: 'Chosen-Pass-2' })
      await server.post(path, form)
    }
    await server.api('PATCH', 'users/auth0%7Cada', { email: 'ada2@legacy.example', user_metadata: { a: { b: 1 } } })
    await server.api('PATCH', 'users/auth0%7Ccleo', { password: 'Chosen-Pass-3', connection: 'legacy' })
    await server.api('DELETE', 'users/auth0%7Cada')
    await server.login(client, 'legacy', 'ada@legacy.example', 'right')
  }

  // Every operation: lists with every kind of search and order, and every id in the lists.
  async function runOperations(): Promise<void> {
    const searches = ['q=email:*ada*', 'q=user_metadata.a.b:1&include_totals=true', 'q=email.domain:legacy.example']
    for (const query of [...searches, 'sort=last_login:1', 'q=logins_count:[1 TO 5]', 'q=cleo', 'page=1&per_page=1']) {
      await server.api('GET', `users?${query.replaceAll(' ', '%20')}`)
    }
    for (const query of ['q=type:s', 'take=2', 'include_totals=true', 'q=user_name:*ada*'])
      await server.api('GET', `logs?${query}`)
    await server.api('POST', 'tenants', { name: 'second', domain: 'second.example', plan: 'enterprise' })
    await server.api('POST', 'resource-servers', { identifier: 'https://api.example', scopes: [{ value: 'read' }] })
    await server.api('POST', 'client-grants', {
      client_id: client.client_id,
      audience: 'https://api.example',
      scope: ['read'],
    })
    await runClientKeys(server, 'https://api.example')
    const ids = new Map<string, string[]>()
    for (const { method, url } of Object.values<Route>(routes)) {
      if (method !== 'GET' || url.includes(':')) continue
      const listed = await server.api('GET', url.slice('/api/v2/'.length))
      const items = Array.isArray(listed.json)
        ? objects(listed.json)
        : Object.values<JsonValue>(listed.json ?? {}).flatMap((each) => objects(each))
      ids.set(
        url,
        items
          .flatMap((item) =>
            ['user_id', 'client_id', 'log_id', 'kid', 'id'].flatMap((each) =>
              typeof item[each] === 'string' ? [item[each]] : [],
            ),
          )
          .slice(0, 4),
      )
    }
    // The answer of a stream does not end.
    const inner = Object.values<Route>(routes).filter((route) => route.url.includes(':') && !route.event_stream)
    // One token for all, since these operations also take rights from the client that it belongs to.
    const headers = bearer(await server.managementToken())
    const rank = ({ method, url }: Route): number => (url.includes('revoke') ? 2 : method === 'DELETE' ? 1 : 0)
    for (const route of inner.toSorted((left, right) => rank(left) - rank(right))) {
      const list = ids.get(route.url.slice(0, route.url.indexOf('/:'))) ?? []
      for (const id of [...list, 'nothing']) {
        // Both clients are needed to the end.
        const is_needed = id === client.client_id || id === server.first_run.management_client_id
        if (rank(route) > 0 && is_needed) continue
        const path = route.url.replace(/:\w+/g, encodeURIComponent(id))
        const body = route.body === undefined ? {} : { body: {} }
        const { status } = await server.send(path, { method: route.method, headers, ...body })
        // The last operations revoke keys, also the one of this token.
        assert.ok((status !== 401 || rank(route) === 2) && status < 500, `${route.method} ${path}: ${status}`)
      }
    }
  }

  test('the requests ran statements of every kind on every table', () => {
    const text = statements.join('\n').toLowerCase()
    assert.ok(statements.length > 500, `only ${statements.length} statements`)
    for (const table of tables) {
      assert.match(text, new RegExp(`create table (?:if not exists )?"${table}"`), table)
      if (table !== 'admins') assert.match(text, new RegExp(`insert into "${table}"`), table)
      if (table !== 'log_positions') assert.match(text, new RegExp(`from "${table}"`), table)
    }
  })

  test('each names its tenant for every table, takes no locks, and names conflicts by plain columns', (t) => {
    const kinds = new Set(statements.filter((each) => /^\s*(?:select|insert|update|delete|with)\b/i.test(each)))
    const used = new Set<string>()
    const faults = [...kinds].flatMap((statement) => {
      const allowed = over_all_tenants.find(([, pattern]) => pattern.test(statement))
      if (allowed) {
        used.add(allowed[0])
        return []
      }
      return faultsOf(statement, tables).map((fault) => `${fault}: ${about(statement)}`)
    })
    assert.deepEqual(faults, [])
    const unneeded = over_all_tenants.map(([why]) => why).filter((why) => !used.has(why))
    assert.deepEqual(unneeded, [], 'exceptions that no statement needs')
    t.diagnostic(`${statements.length} statements of ${kinds.size} kinds`)
  })

  test('on SQLite without statistics, each finds its rows by more than the tenant and the connection', async () => {
    const folder = tempFolder('no-statistics')
    await (await openStore({ engine: 'sqlite', folder })).destroy()
    const database = new DatabaseSync(join(folder, 'wherry.sqlite'))
    const kinds = [...new Set(statements)].filter((each) => /^\s*(?:select|update|delete|with)\b/i.test(each))
    const scans = kinds.flatMap((statement) =>
      unplannedScans(database, statement).map((table) => ({ table, statement })),
    )
    database.close()
    const isExpected = (statement: string): boolean => full_scans.some(([, pattern]) => pattern.test(statement))
    assert.deepEqual(
      scans.flatMap(({ table, statement }) => (isExpected(statement) ? [] : [{ table, statement: about(statement) }])),
      [],
    )
    const unneeded = full_scans.filter(([, pattern]) => !scans.some(({ statement }) => pattern.test(statement)))
    assert.deepEqual(unneeded, [], 'exceptions that no statement needs')
  })

  test('the schema consists of plain tables and plain indexes that begin with tenant_id', (t) => {
    const made = statements.filter((each) => /^\s*(?:create|alter|drop)\b/i.test(each))
    assert.ok(made.length > tables.size && schemaMigrations.length > 0)
    assert.deepEqual(
      made.flatMap((statement) => schemaFaultsOf(statement).map((fault) => `${fault}: ${about(statement)}`)),
      [],
    )
    t.diagnostic(`${made.length} statements make the schema`)
  })

  test('the server gets only statements, transactions, and requests for statistics of one table', () => {
    const other = new Set(
      statements
        .filter((each) => !/^\s*(?:select|insert|update|delete|with|create|alter|drop)\b/i.test(each))
        .map((each) => each.trim().toLowerCase()),
    )
    const allowed =
      /^(?:commit|rollback|start transaction (?:isolation level (?:read committed|serializable)|read only)|analyze "\w+")$/
    assert.deepEqual(
      [...other].filter((each) => !allowed.test(each)),
      [],
    )
  })
})

describe('the checks themselves', () => {
  const wrong: string[] = [
    'select * from "users" where "user_id" = $1',
    'select * from "users" inner join "identities" on "identities"."user_id" = "users"."user_id" where "users"."tenant_id" = $1',
    'select * from "users" where "tenant_id" = $1 for update',
    'select * from "outbox" where "tenant_id" = $1 limit 1 for update skip locked',
    'insert into "users" ("user_id") values ($1)',
    'insert into "users" ("tenant_id", "user_id") values ($1, $2) on conflict ("user_id") do nothing',
    'insert into "users" ("tenant_id", "email") values ($1, $2) on conflict (lower("email")) do nothing',
    'insert into "users" ("tenant_id", "email") values ($1, $2) on conflict on constraint users_key do nothing',
    'update "users" set "tenant_id" = $1 where "tenant_id" = $2',
    'delete from "users" where "tenant_id" = $1 and "user_id" in (select "user_id" from "identities")',
    'select pg_advisory_lock(1)',
    'listen changes',
    `select nextval('a')`,
  ]
  for (const statement of wrong) {
    test(`finds a fault in ${statement}`, () => assert.notDeepEqual(faultsOf(statement, tables), []))
  }
  const wrong_schema = [
    'create table "users" ("id" serial not null, constraint "k" primary key ("id"))',
    'create table "users" ("tenant_id" text not null, "user_id" text not null)',
    'create table "users" ("tenant_id" text not null, "user_id" text not null, constraint "k" primary key ("user_id", "tenant_id"))',
    'create unique index "i" on "users" ("email_lower")',
    'create index "i" on "users" (lower("email"))',
    'create index "i" on "users" using gin ("user_metadata")',
    'create index "i" on "users" ("email") where "blocked" = 1',
    'alter table "users" add column "a" jsonb',
    'alter table "users" alter column "email" type bigint',
    'alter table "users" add column "a" text default lower(\'A\') not null',
  ]
  for (const statement of wrong_schema) {
    test(`finds a fault in ${statement}`, () => assert.notDeepEqual(schemaFaultsOf(statement), []))
  }

  test('finds no fault in valid statements', () => {
    const valid = [
      'select * from "users" inner join "identities" on "identities"."tenant_id" = "users"."tenant_id" where "users"."tenant_id" = $1',
      'insert into "users" ("tenant_id", "user_id") values ($1, $2) on conflict ("tenant_id", "user_id") do nothing',
      'select * from "tenants" where "domain" = $1',
    ]
    assert.deepEqual(
      valid.flatMap((statement) => faultsOf(statement, tables)),
      [],
    )
    const fitting_schema = [
      'alter table "users" rename column "email" to "address"',
      `alter table "users" add column "a" text default 'b' not null`,
    ]
    assert.deepEqual(fitting_schema.flatMap(schemaFaultsOf), [])
    assert.equal(isTenantTable('users') && !isTenantTable('tenants'), true)
  })
})
