import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openStore } from '../../src/store/open-store.ts'
import { prepareQuery } from '../../src/store/prepared-query.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'

type Row = { name: string; value: string }

let db: Db
let other: Db
let built = 0

before(async () => {
  db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  other = await openStore({ engine: 'sqlite', folder: ':memory:' })
})
after(async () => {
  await db.destroy()
  await other.destroy()
})

const insert = prepareQuery((on, { rows }: { rows: Row[] }) => {
  built += 1
  return on.insertInto('installation').values(rows)
})
const named = prepareQuery((on, { of }: { of: { names: string[] } }) =>
  on.selectFrom('installation').select(['name', 'value']).where('name', 'in', of.names).orderBy('name'),
)
const rows = (count: number, start: string): Row[] =>
  Array.from({ length: count }, (_, nth) => ({ name: `${start}${nth}`, value: `value of ${start}${nth}` }))

test('it runs with the values of each call, and is built once per store and list length', async () => {
  await insert(db, { rows: rows(2, 'a') })
  await insert(db, { rows: rows(2, 'b') })
  assert.equal(built, 1)
  await inTransaction(db, async (trx) => void (await insert(trx, { rows: rows(2, 'c') })))
  assert.equal(built, 1)
  await insert(db, { rows: rows(3, 'd') })
  await insert(other, { rows: rows(2, 'a') })
  assert.equal(built, 3)
  const found = await named(db, { of: { names: ['b1', 'a0', 'd2', 'none'] } })
  assert.deepEqual(
    found.rows.map((row) => ({ ...row })),
    [
      { name: 'a0', value: 'value of a0' },
      { name: 'b1', value: 'value of b1' },
      { name: 'd2', value: 'value of d2' },
    ],
  )
  assert.equal((await named(other, { of: { names: ['a0', 'b0'] } })).rows.length, 1)
})

test('lists bind every value, also those too long to be cached', async () => {
  const names = Array.from({ length: 40 }, (_, nth) => `e${nth}`)
  await insert(db, { rows: rows(40, 'e') })
  for (const count of [1, 2, 40, 3]) {
    assert.equal((await named(db, { of: { names: names.slice(0, count) } })).rows.length, count)
  }
})

test('a row without the columns of the first one is refused, and nothing is written', async () => {
  await insert(db, { rows: rows(1, 'f') })
  const strange = { name: 'g', worth: 'x' } as unknown as Row
  await assert.rejects(insert(db, { rows: [strange] }), /without one of its values/)
  assert.equal((await named(db, { of: { names: ['g'] } })).rows.length, 0)
})

test('a write to a cached table cannot be prepared', async () => {
  const forget = prepareQuery((on, { client_id }: { client_id: string }) =>
    on.deleteFrom('clients').where('tenant_id', '=', 'ten_a').where('client_id', '=', client_id),
  )
  await assert.rejects(async () => await forget(db, { client_id: 'one' }), /A write to clients cannot be prepared/)
})
