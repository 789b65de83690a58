import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { migrateSchema, SchemaTooNew } from '../../src/store/migrate-schema.ts'
import { schemaMigrations, type SchemaMigration } from '../../src/store/schema/schema.ts'
import type { Database } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { columnsOf, keysOf } from './catalog.ts'
import type { Subject } from './conformance.ts'
import { insertRow, sampleRow } from './sample-row.ts'
import { shapes } from './shapes.ts'

// Tables without tenant: the schema itself, and facts about the installation.
const of_no_tenant = new Set(['schema_versions', 'installation'])
// A tenant is found by its host and is named once in the installation; mail, jobs and log streams of all tenants wait in one queue each.
const across_tenants = new Set([
  'tenants_one_domain',
  'tenants_one_name',
  'outbox_by_next_attempt_at',
  'jobs_by_state_run_at',
  'log_streams_by_status_next_attempt_at',
])

/** The schema is created once and completely, and separates tenants. */
export function schemaTests(subject: Subject): void {
  test('the schema has exactly the tables and columns of the code, with their types', async () => {
    assert.deepEqual(await columnsOf(subject.db), shapes)
  })

  test('a second migration changes nothing', async () => {
    const state = async () => [
      await columnsOf(subject.db),
      await keysOf(subject.db),
      await subject.db.selectFrom('schema_versions').selectAll().execute(),
    ]
    const before = await state()
    await migrateSchema(subject.db)
    assert.deepEqual(await state(), before)
  })

  test('five concurrent callers migrate an empty store once, and none fails', async () => {
    const db = new Kysely<Database>({ dialect: await subject.emptyStore() })
    await Promise.all(Array.from({ length: 5 }, () => migrateSchema(db)))
    const versions = await db.selectFrom('schema_versions').select('version').orderBy('version').execute()
    assert.deepEqual(
      versions.map((row) => row.version),
      schemaMigrations.map((migration) => migration.version),
    )
    assert.deepEqual(await columnsOf(db), shapes)
    await db.destroy()
  })

  test('a credential from before the formats keeps its hash, as argon2id with an empty id', async () => {
    const db = new Kysely<Database>({ dialect: await subject.emptyStore() })
    const apply = async (migration: SchemaMigration) => await inTransaction(db, (trx) => migration.up(trx))
    for (const migration of schemaMigrations.filter(({ version }) => version < 4)) await apply(migration)
    await sql`insert into credentials (tenant_id, user_id, password_hash, set_through, set_at)
      values ('ten_a', 'auth0|1', '$argon2id$a', 'signup', 5)`.execute(db)
    for (const migration of schemaMigrations.filter(({ version }) => version >= 4)) await apply(migration)
    assert.deepEqual(
      (await db.selectFrom('credentials').selectAll().execute()).map((row) => ({ ...row })),
      [
        {
          tenant_id: 'ten_a',
          user_id: 'auth0|1',
          hash: '$argon2id$a',
          format: 'argon2id',
          credential_id: '',
          normalization: null,
          set_through: 'signup',
          set_at: 5,
        },
      ],
    )
    await db.destroy()
  })

  test('a moved user whose username contains @ gets it as an identifier, unless it is the identifier of another user', async () => {
    const db = new Kysely<Database>({ dialect: await subject.emptyStore() })
    const apply = async (migration: SchemaMigration) => await inTransaction(db, (trx) => migration.up(trx))
    const step = schemaMigrations.find(({ name }) => name === 'username identifiers')
    assert.ok(step)
    for (const migration of schemaMigrations.filter(({ version }) => version < step.version)) await apply(migration)
    const users = [
      { user_id: 'auth0|1', email: 'one@x.example', username: 'ann@corp' },
      { user_id: 'auth0|2', email: 'two@x.example', username: 'one@x.example' },
      { user_id: 'auth0|3', email: null, username: 'ann@corp' },
      { user_id: 'auth0|4', email: 'four@x.example', username: 'four@x.example' },
      { user_id: 'auth0|5', email: 'five@x.example', username: 'five' },
    ]
    const of = { tenant_id: 'ten_a', connection_id: 'con_a' }
    await insertRow(db, 'tenants', { ...sampleRow('tenants'), tenant_id: of.tenant_id })
    for (const [at, { user_id, email, username }] of users.entries()) {
      await sql`insert into users (tenant_id, connection_id, user_id, email, email_lower, username, username_lower, user_metadata, app_metadata,
        extra, email_verified, phone_verified, blocked, created_at, updated_at, logins_count) values
        (${of.tenant_id}, ${of.connection_id}, ${user_id}, ${email}, ${email}, ${username}, ${username}, '{}', '{}', '{}', 0, 0, 0, ${at}, 0, 0)`.execute(
        db,
      )
      await sql`insert into credentials (tenant_id, user_id, hash, format, credential_id, set_through, set_at)
        values (${of.tenant_id}, ${user_id}, 'h', 'argon2id', '', 'login', 5)`.execute(db)
      if (email === null) continue
      await db
        .insertInto('user_identifiers')
        .values({ ...of, kind: 'email', value: email, user_id })
        .execute()
    }
    await apply(step)
    const added = await db.selectFrom('user_identifiers').selectAll().where('kind', '=', 'username').execute()
    assert.deepEqual(
      added.map((row) => ({ ...row })),
      [{ ...of, kind: 'username', value: 'ann@corp', user_id: 'auth0|1' }],
    )
    await db.destroy()
  })

  test('a store of a newer version is refused, naming both versions, and not changed', async () => {
    const newer = { version: 999, name: 'from the future', applied_at: 1 }
    await subject.db.insertInto('schema_versions').values(newer).execute()
    await assert.rejects(migrateSchema(subject.db), (error) => {
      assert.ok(error instanceof SchemaTooNew)
      assert.match(error.message, /version 999.*up to \d+/)
      return true
    })
    await subject.db.deleteFrom('schema_versions').where('version', '=', 999).execute()
    await migrateSchema(subject.db)
  })

  test('a store of an earlier version is refused where it is not to be migrated, and not changed', async () => {
    const versions = () => subject.db.selectFrom('schema_versions').selectAll().orderBy('version', 'desc').execute()
    const [newest, ...earlier] = await versions()
    assert.ok(newest)
    await subject.db.deleteFrom('schema_versions').where('version', '=', newest.version).execute()
    await assert.rejects(migrateSchema(subject.db, false), new RegExp(`this Wherry needs ${newest.version}`))
    assert.deepEqual(await versions(), earlier)
    await subject.db.insertInto('schema_versions').values(newest).execute()
  })

  test("primary key and indexes of every tenant's table begin with tenant_id", async () => {
    const keys = await keysOf(subject.db)
    const tables = Object.keys(shapes)
    assert.deepEqual([...new Set(keys.map((key) => key.table))].sort(), [...tables].sort(), 'a table without a key')
    for (const table of tables.filter((name) => !of_no_tenant.has(name))) {
      const own = keys.filter((key) => key.table === table)
      assert.ok(
        own.some((key) => key.unique && key.columns[0] === 'tenant_id'),
        `${table} has no key that tenant_id leads`,
      )
      for (const key of own) {
        if (!across_tenants.has(key.name)) assert.equal(key.columns[0], 'tenant_id', `${key.name} of ${table}`)
      }
    }
  })
}
