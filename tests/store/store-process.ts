// A process that opens a store, reports that, and works on it until it is killed.
//   node store-process.ts migrate <postgres url>          migrates the schema and ends
//   node store-process.ts write <folder>                  commits rows one by one and reports each after its commit
import { writeSync } from 'node:fs'
import { openStore } from '../../src/store/open-store.ts'
import { inTransaction } from '../../src/store/transaction.ts'

const [work, where = ''] = process.argv.slice(2)

const say = (line: string): void => void writeSync(1, `${line}\n`)

if (work === 'migrate') {
  const db = await openStore({ engine: 'postgres', url: where, connections: 2, onConnectionError: () => undefined })
  await db.destroy()
  say('done')
} else {
  const db = await openStore({ engine: 'sqlite', folder: where })
  say('open')
  for (let index = 0; ; index += 1) {
    await inTransaction(db, async (trx) => {
      for (const half of ['left', 'right']) {
        await trx
          .insertInto('installation')
          .values({ name: `${half} ${index}`, value: 'x'.repeat(2000) })
          .execute()
      }
    })
    say(`committed ${index}`)
  }
}
