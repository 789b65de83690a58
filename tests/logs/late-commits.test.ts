// A reader of the log from a checkpoint sees each event once, whenever its transaction commits.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { recordEvent } from '../../src/logs/record-event.ts'
import type { Transaction } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let postgres: PostgresServer
before(async () => {
  postgres = await startPostgres()
})
after(() => postgres?.stop())

type Event = { log_id: string; description: string | null }

function lateCommits(store: string, env: () => Promise<Record<string, string>>): void {
  describe(`events in ${store}`, () => {
    let server: TestServer
    let now = Date.now()
    before(async () => {
      server = await startTestServer({ env: await env() })
    })
    after(() => server?.close())

    const record = (description: string, at: number, trx?: Transaction): Promise<void> => {
      const { db, tenant_id } = server.internals
      return recordEvent(trx ?? db, tenant_id, at, { type: 'sapi', description })
    }
    /** A reader that has read all events so far. */
    const newReader = async () => {
      await server.settle()
      let from = ''
      const read = async (take = 100): Promise<string[]> => {
        const events = (await server.must('GET', `logs?from=${from}&take=${take}`)) as Event[]
        from = events.at(-1)?.log_id ?? from
        return events.map(({ description }) => description ?? '')
      }
      while ((await read()).length > 0);
      return read
    }

    test('[guard: log-positions] an event with an earlier time than one that was read is read once', async () => {
      const read = await newReader()
      now = Date.now()
      await record('first', now + 1000)
      assert.deepEqual(await read(), ['first'])
      await record('earlier', now + 500)
      await record('later', now + 1500)
      assert.deepEqual(await read(1), ['earlier'])
      assert.deepEqual(await read(1), ['later'])
      assert.deepEqual(await read(), [])
    })

    test('[guard: log-positions] an event whose transaction is held open is read once, after the commit', async () => {
      const [read, other] = [await newReader(), await newReader()]
      now = Date.now() + 2000
      let commit = (): void => undefined
      let written = (): void => undefined
      const is_written = new Promise<void>((resolve) => (written = resolve))
      const held = inTransaction(server.internals.db, async (trx) => {
        await record('held open', now, trx)
        written()
        await new Promise<void>((resolve) => (commit = resolve))
      })
      await is_written
      // The embedded store has one connection: these wait for the transaction there.
      const during = (async () => {
        await record('during', now + 1)
        return await read()
      })()
      if (store === 'PostgreSQL') assert.deepEqual(await during, ['during'])
      commit()
      await held
      const seen = [...(await during), ...(await read())]
      assert.deepEqual(seen.toSorted(), ['during', 'held open'])
      assert.deepEqual(await other(), seen, 'another reader has the same order')
      assert.deepEqual(await read(), [])
    })

    test('readers at the same time see the same events in the same order while others are written', async () => {
      const readers = await Promise.all([newReader(), newReader(), newReader()])
      now = Date.now() + 4000
      const names = Array.from({ length: 60 }, (_, index) => `event ${index}`)
      let writes = true
      const writing = Promise.all(names.map((name, index) => record(name, now + ((index * 37) % 60)))).finally(
        () => (writes = false),
      )
      const seen = await Promise.all(
        readers.map(async (read) => {
          const all: string[] = []
          for (let last = false; ;) {
            const events = await read(7)
            all.push(...events)
            if (last && events.length === 0) return all
            last = !writes
          }
        }),
      )
      await writing
      assert.deepEqual(seen[0]?.toSorted(), names.toSorted())
      assert.deepEqual(seen[1], seen[0])
      assert.deepEqual(seen[2], seen[0])
    })

    test('a checkpoint whose event was purged continues with the events that are left', async () => {
      const read = await newReader()
      await server.internals.db.deleteFrom('log_events').execute()
      await record('after the purge', Date.now() + 6000)
      assert.deepEqual(await read(), ['after the purge'])
    })
  })
}

lateCommits('the embedded store', async () => ({}))
lateCommits('PostgreSQL', async () => ({ DATABASE_URL: (await postgres.createStore('late_commits')).url }))
