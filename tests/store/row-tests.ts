import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql, SqliteAdapter } from 'kysely'
import { digestText } from '../../src/base/digest.ts'
import { readJson, writeJson } from '../../src/store/json-column.ts'
import { keysOf } from './catalog.ts'
import type { Subject } from './conformance.ts'
import { insertRow, rowsWhere, sampleRow, table_names, type Row } from './sample-row.ts'
import { shapes } from './shapes.ts'

const megabyte = '🛶é\t"'.repeat(2 ** 20 / 8)

/** Values are read back unchanged, with their type. */
export function rowTests(subject: Subject): void {
  test('every column of every table is read back as written: 64-bit integers, emoji, quotes, a megabyte of text', async () => {
    const indexed = new Map<string, Set<string>>()
    for (const key of await keysOf(subject.db)) {
      for (const column of key.columns) indexed.set(key.table, (indexed.get(key.table) ?? new Set()).add(column))
    }
    for (const table of table_names) {
      const row = sampleRow(table)
      const long = Object.entries(shapes[table]).find(
        ([column, kind]) => kind.startsWith('text') && indexed.get(table)?.has(column) !== true,
      )
      if (long) row[long[0]] = megabyte
      await insertRow(subject.db, table, row)
      const found = await rowsWhere(subject.db, table, identityOf(row, table))
      // Compared by digest, so that a failure does not print megabytes.
      assert.deepEqual(found.map(shortened), [shortened(row)], table)
    }
  })

  test('null, the smallest integers and empty texts are read back', async () => {
    for (const table of table_names) {
      const row = sampleRow(table)
      const identity = identityOf(row, table)
      for (const [column, kind] of Object.entries(shapes[table])) {
        if (kind.endsWith('?')) row[column] = null
        else if (!(column in identity)) row[column] = kind === 'text' ? '' : Number.MIN_SAFE_INTEGER
      }
      if (table === 'schema_versions') row['applied_at'] = 0
      if (table === 'tenants') Object.assign(row, { domain: 'null.test', name: 'null' })
      await insertRow(subject.db, table, row)
      assert.deepEqual(await rowsWhere(subject.db, table, identity), [row], table)
      for (const [column, kind] of Object.entries(shapes[table])) {
        // SQLite numbers a row itself where its integer key is null.
        if (kind.endsWith('?') || (table === 'schema_versions' && column === 'version')) continue
        await assert.rejects(
          insertRow(subject.db, table, { ...sampleRow(table), [column]: null }),
          `${table}.${column}`,
        )
      }
    }
    await subject.db.deleteFrom('schema_versions').where('version', '>=', 1000).execute()
  })

  test('JSON with characters that an engine cannot read is escaped, other JSON is unchanged', async () => {
    const value = { plain: 'ü 🛶 \\u0000 "', 'n\0ul': 'a\0b', lone: 'x\ud83dy', deep: [{ list: ['\0'] }, 1.5, null] }
    const row: Row = { ...sampleRow('installation'), value: writeJson(value) }
    await insertRow(subject.db, 'installation', row)
    const [found] = await rowsWhere(subject.db, 'installation', { name: row['name'] ?? '' })
    assert.deepEqual(readJson(String(found?.['value'])), {
      plain: 'ü 🛶 \\u0000 "',
      nul: 'ab',
      lone: 'x\ufffdy',
      deep: [{ list: [''] }, 1.5, null],
    })
    const sqlite = subject.db.getExecutor().adapter instanceof SqliteAdapter
    const read = sqlite
      ? sql<{
          plain: string
        }>`select json_extract(value, '$.plain') as plain from installation where name = ${row['name']}`
      : sql<{ plain: string }>`select value::jsonb ->> 'plain' as plain from installation where name = ${row['name']}`
    assert.equal((await read.execute(subject.db)).rows[0]?.plain, value.plain)
  })
}

const shortened = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' && value.length > 1000 ? `${value.length} characters, ${digestText(value)}` : value,
    ]),
  )

/** The column that identifies a row of `sampleRow`. */
function identityOf(row: Row, table: keyof typeof shapes): Row {
  const column = 'tenant_id' in row ? 'tenant_id' : table === 'installation' ? 'name' : 'version'
  return { [column]: row[column] ?? '' }
}
