import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction, uniqueViolation, violatesUnique } from '../../src/store/transaction.ts'
import { keysOf, type Key } from './catalog.ts'
import type { Subject } from './conformance.ts'
import { insertRow, sampleRow, type Row } from './sample-row.ts'
import { shapes } from './shapes.ts'

const valuesOf = (row: Row, columns: string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))

async function failure(work: Promise<unknown>): Promise<unknown> {
  const failed: unknown = await work.then(
    () => undefined,
    (error: unknown) => error ?? new Error('rejected with nothing'),
  )
  assert.notEqual(failed, undefined, 'nothing failed')
  return failed
}

/** Unique keys decide races: they must hold, and be distinguished from other failures. */
export function keyTests(subject: Subject): void {
  const uniqueKeys = async (): Promise<Key[]> => (await keysOf(subject.db)).filter((key) => key.unique)

  test('a second row under any primary key or unique index is refused, and the refusal names the table', async () => {
    const keys = await uniqueKeys()
    assert.ok(keys.length > Object.keys(shapes).length, 'every table has a primary key, some have unique indexes')
    for (const { table, columns, name } of keys) {
      const row = sampleRow(table)
      await insertRow(subject.db, table, row)
      const second = { ...sampleRow(table), ...valuesOf(row, columns) }
      assert.deepEqual(uniqueViolation(await failure(insertRow(subject.db, table, second))), { table }, name)
      const inside = inTransaction(subject.db, async (trx) => {
        await insertRow(trx, table, second)
      })
      assert.deepEqual(uniqueViolation(await failure(inside)), { table }, `${name} in a transaction`)
    }
  })

  test('an error that names no table, only the constraint of a shard, is of the table of the constraint', async () => {
    const tables = ['tenants', 'connections', 'connection_clients', 'connection_realms', 'jobs'] as const
    const keys = (await uniqueKeys()).filter(({ name }) => !name.startsWith('sqlite_'))
    for (const { table, name } of keys.filter((key) => tables.some((each) => each === key.table))) {
      const message = `duplicate key value violates unique constraint "${name}_102008"`
      const error = Object.assign(new Error(message), { code: '23505' })
      assert.deepEqual(
        tables.filter((each) => violatesUnique(error, each)),
        [table],
        name,
      )
    }
    const unnamed = Object.assign(new Error('duplicate key'), { code: '23505' })
    assert.equal(violatesUnique(unnamed, 'tenants'), true)
    assert.equal(violatesUnique(new Error('"tenants_one_name"'), 'tenants'), false)
  })

  test('rows that differ in one column of a key coexist', async () => {
    const all = await uniqueKeys()
    for (const { table, columns } of all) {
      for (const free of columns) {
        const row = sampleRow(table)
        const other = sampleRow(table)
        await insertRow(subject.db, table, row)
        const kept = columns.filter((column) => column !== free)
        // Where another key lies within the kept columns, that one decides.
        const decided = all.some((key) => key.table === table && key.columns.every((column) => kept.includes(column)))
        if (!decided) await insertRow(subject.db, table, { ...other, ...valuesOf(row, kept) })
      }
    }
    await subject.db.deleteFrom('schema_versions').where('version', '>=', 1000).execute()
  })

  test('records without a legacy id coexist: null does not equal null', async () => {
    const row = { ...sampleRow('migration_records'), legacy_id: null }
    await insertRow(subject.db, 'migration_records', row)
    await insertRow(subject.db, 'migration_records', { ...row, record_id: 'another' })
  })

  test('other failures are not unique violations', async () => {
    const { db } = subject
    const null_value = insertRow(db, 'clients', { ...sampleRow('clients'), name: null })
    assert.equal(uniqueViolation(await failure(null_value)), undefined)
    const unknown_column = db.selectFrom('tenants').select(db.dynamic.ref('no_such_column')).execute()
    assert.equal(uniqueViolation(await failure(unknown_column)), undefined)
    for (const error of [new Error('UNIQUE constraint failed: tenants.name'), null, undefined, 'text', { code: 5 }]) {
      assert.equal(uniqueViolation(error), undefined)
    }
  })
}
