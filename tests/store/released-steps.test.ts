// Schema steps that were released, held to the statements that they ran then: a store keeps what its step once made.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
} from 'kysely'
import { schemaMigrations } from '../../src/store/schema/schema.ts'
import type { Database } from '../../src/store/tables.ts'

const dialects: Record<string, Dialect> = {
  PostgreSQL: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  SQLite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
}
const folder = join(import.meta.dirname, 'released-steps')

/** The statements that a step runs, each with a semicolon and on a line of its own. */
async function statementsOf(version: number, dialect: Dialect): Promise<string> {
  const step = schemaMigrations.find((each) => each.version === version)
  assert.ok(step, `the step ${version} is gone`)
  const statements: string[] = []
  const db = new Kysely<Database>({ dialect, log: (event) => void statements.push(`${event.query.sql};\n`) })
  await db.transaction().execute((trx) => step.up(trx))
  return statements.join('')
}

for (const file of readdirSync(folder)) {
  for (const [engine, dialect] of Object.entries(dialects)) {
    test(`the schema step of ${file} runs the statements on ${engine} with which it was released`, async () => {
      assert.equal(await statementsOf(Number.parseInt(file, 10), dialect), readFileSync(join(folder, file), 'utf8'))
    })
  }
}

test('the steps are sorted by version, and no two have the same', () => {
  const versions = schemaMigrations.map((step) => step.version)
  assert.deepEqual(
    versions,
    [...new Set(versions)].sort((a, b) => a - b),
  )
})
