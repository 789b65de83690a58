import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from '../../src/base/page.ts'
import { Refusal } from '../../src/contract/refusal.ts'
import { readPage } from '../../src/store/read-page.ts'
import type { ClientsTable } from '../../src/store/tables.ts'
import type { Subject } from './conformance.ts'
import { insertRow, sampleRow } from './sample-row.ts'

const tenant_id = 'ten_pages'

/** Lists are read in pages without a missing or repeated row. */
export function pageTests(subject: Subject): void {
  const id = { column: 'client_id', of: (row: ClientsTable) => row.client_id }
  const read = (page: Page) =>
    readPage(subject.db.selectFrom('clients').selectAll().where('tenant_id', '=', tenant_id), id, page)

  test('checkpoints list every row once, also with equal timestamps and concurrent inserts and deletes', async () => {
    for (let index = 0; index < 25; index += 1) {
      const name = `c${String(index).padStart(2, '0')}`
      await insertRow(subject.db, 'clients', {
        ...sampleRow('clients'),
        tenant_id,
        client_id: name,
        created_at: index < 20 ? 1000 : 2000,
      })
    }
    const seen: string[] = []
    let from: string | undefined
    do {
      const part = await read({ kind: 'checkpoint', take: 7, ...(from === undefined ? {} : { from }) })
      assert.equal(part.total, undefined)
      seen.push(...part.items.map((row) => row.client_id))
      from = part.next
      await subject.db
        .deleteFrom('clients')
        .where('tenant_id', '=', tenant_id)
        .where('client_id', '=', seen.at(-1) ?? '')
        .execute()
    } while (from !== undefined)
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, index) => `c${String(index).padStart(2, '0')}`),
    )
  })

  test('numbered pages give the total and end with an empty page', async () => {
    const first = await read({ kind: 'offset', page: 0, per_page: 4 })
    assert.equal(first.items.length, 4)
    assert.equal(first.total, 21)
    assert.deepEqual(await read({ kind: 'offset', page: 99, per_page: 4 }), { items: [], total: 21 })
  })

  test('a checkpoint that this server did not write is refused', async () => {
    for (const from of ['', 'x', '[]', Buffer.from('["1",2]').toString('base64url'), 'W10', '%00']) {
      const refused = read({ kind: 'checkpoint', take: 7, from })
      await assert.rejects(refused, (error) => error instanceof Refusal && error.code === 'invalid_query_string', from)
    }
  })
}
