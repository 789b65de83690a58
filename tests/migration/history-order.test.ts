import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { recordWithHistory } from '../../src/migration/list-records.ts'
import { addToHistory } from '../../src/migration/record-transition.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { insertRow, sampleRow } from '../store/sample-row.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { tempFolder } from '../support/temp-folder.ts'

const key = { tenant_id: 'ten_a', connection_id: 'con_a', record_id: 'mrc_a' }
let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres?.stop())

const stores: Record<string, () => Promise<Db>> = {
  SQLite: () => openStore({ engine: 'sqlite', folder: tempFolder('history') }),
  async PostgreSQL() {
    const { url } = await postgres.createStore('history')
    return await openStore({ engine: 'postgres', url, connections: 2, onConnectionError: () => undefined })
  },
}

for (const [engine, open] of Object.entries(stores)) {
  describe(engine, () => {
    let db: Db
    before(async () => {
      db = await open()
    })
    after(() => db.destroy())

    test('[guard: history-order] the history of a record has the order of its events, also within a millisecond and after a clock that steps back', async () => {
      const times_and_json = {
        last_outcome_at: null,
        migrated_at: null,
        created_at: 1,
        updated_at: 1,
        fingerprints: '{}',
        drift: null,
        spellings: null,
        profile_changes: null,
      }
      await insertRow(db, 'migration_records', { ...sampleRow('migration_records'), ...key, ...times_and_json })
      const times = [...Array.from({ length: 20 }, () => 5000), 5001, 4000, 4000, 5002, 9000]
      for (const [nth, at] of times.entries()) {
        await inTransaction(db, (trx) =>
          addToHistory(trx, {
            ...key,
            at,
            from_state: nth === 0 ? null : 'seen',
            to_state: 'seen',
            through: 'login',
            outcome: null,
            detail: { nth },
          }),
        )
      }
      const { history } = await recordWithHistory(db, key.tenant_id, key.connection_id, key.record_id)
      assert.deepEqual(
        history.map(({ at, detail }) => [Date.parse(at), detail['nth']]),
        times.map((at, nth) => [at, nth]),
      )
    })
  })
}
