import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompiledQuery } from 'kysely'
import { openStore } from '../../src/store/open-store.ts'
import type { Database } from '../../src/store/tables.ts'
import { sampleRow } from '../store/sample-row.ts'
import { integrityFaults } from './store-integrity.ts'

// A single row, and the invariants that it violates.
const violations: [keyof Database, string[]][] = [
  ['users', ['users without identity', 'users without credential', 'users whose logins are not those of the log']],
  ['identities', ['identities without user']],
  ['credentials', ['credentials without user']],
  ['user_identifiers', ['identifiers without user']],
  ['migration_records', ['records without history']],
  ['migration_events', ['history without record']],
  ['migration_identifiers', ['record identifiers without record']],
  ['refresh_tokens', ['refresh tokens without family']],
  ['token_families', ['families without exactly one token to use']],
  ['connection_counters', ['counters of states that do not count']],
  ['migration_days', ['days that do not count the moves']],
]

for (const [table, expected] of violations) {
  test(`a single row of ${table} violates its invariants`, async () => {
    const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
    const query = async (text: string): Promise<Record<string, unknown>[]> =>
      (await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text))).rows
    assert.deepEqual(await integrityFaults(query), [])
    await db.insertInto(table).values(sampleRow(table)).execute()
    // A linked user has neither identities nor credentials of its own.
    await db.updateTable('users').set({ linked_to: null }).execute()
    const found = (await integrityFaults(query)).map((each) => each.split(':')[0])
    for (const invariant of expected)
      assert.ok(found.includes(invariant), `${invariant} is not among: ${found.join(', ')}`)
    await db.destroy()
  })
}
