import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kysely, sql } from 'kysely'
import { migrateSchema, SchemaTooNew } from '../../src/store/migrate-schema.ts'
import { schemaMigrations, type SchemaMigration } from '../../src/store/schema/schema.ts'
import type { Database } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { columnsOf, keysOf } from './catalog.ts'
import type { Subject } from './conformance.ts'
import { shapes } from './shapes.ts'

// Not of one tenant: the schema itself, and facts about the whole installation.
const of_no_tenant = new Set(['schema_versions', 'installation'])
// A tenant is found by its host and is named once in the installation; mail and jobs of all tenants wait in one queue each.
const across_tenants = new Set([
  'tenants_one_domain',
  'tenants_one_name',
  'outbox_by_next_attempt_at',
  'jobs_by_state_run_at',
])

/** The schema comes up, once, whole, and keeps tenants apart. */
export function schemaTests(subject: Subject): void {
  test('the schema has every table and column that the code names, with their kinds, and no other', async () => {
    assert.deepEqual(await columnsOf(subject.db), shapes)
  })

  test('bringing the schema up again changes nothing', async () => {
    const state = async () => [
      await columnsOf(subject.db),
      await keysOf(subject.db),
      await subject.db.selectFrom('schema_versions').selectAll().execute(),
    ]
    const before = await state()
    await migrateSchema(subject.db)
    assert.deepEqual(await state(), before)
  })

  test('five callers at once bring an empty store up once, and none of them fails', async () => {
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

  test('a credential of before the formats keeps its hash, as argon2id with an empty id', async () => {
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
          set_through: 'signup',
          set_at: 5,
        },
      ],
    )
    await db.destroy()
  })

  test('a store that a newer version migrated is refused, with both versions named, and left as it is', async () => {
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

  test('every table of tenants leads its primary key and each of its indexes with tenant_id', async () => {
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
