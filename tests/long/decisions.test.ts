// Thousands of conflicts are decided by one file.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fillDirectory } from '../migration/rehearsal-kit.ts'
import { uploadDecisions } from '../migration/upload-decisions.ts'
import { bearer } from '../support/requests.ts'
import { startTestServer } from '../support/test-server.ts'

test('8,000 conflicts are exported, decided and loaded in one go, and a wrong row changes nothing', async (t) => {
  const conflicts = 8000
  const server = await startTestServer()
  after(async () => await server.close())
  const id = await server.createConnection('conflicts', { enabledDatabaseCustomization: true, import_mode: true })
  const { db } = server.internals
  await fillDirectory(
    server,
    id,
    Array.from({ length: conflicts }, (_, nth) => ({
      legacy_id: `c${nth}`,
      email: `both${nth >> 1}@conflicts.example`,
    })),
  )
  await db
    .updateTable('directory_rows')
    .set({ rehearsed_outcome: 'shared_identifier' })
    .where('connection_id', '=', id)
    .execute()
  const headers = bearer(await server.managementToken())
  const began = performance.now()
  const { text } = await server.send(`/api/v2/migrations/${id}/decisions`, { headers })
  const exported = performance.now()
  const [head = '', ...rows] = text.trim().split('\r\n')
  assert.equal(rows.length, conflicts)
  const columns = head.split(',')
  const filled = rows.map((row) => {
    // The commas between cells, and not those in quotes.
    const cells = row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    const nth = Number((cells[columns.indexOf('legacy_id')] ?? '').slice(1))
    cells[columns.indexOf('decision')] = nth % 2 === 0 ? 'keep' : 'rename'
    if (nth % 2 === 1) cells[columns.indexOf('new_email')] = `own${nth}@conflicts.example`
    return cells.join(',')
  })
  const wrong = [...filled.slice(0, 7000), filled[6999] ?? '', ...filled.slice(7000)]
  await assert.rejects(
    uploadDecisions(server, id, [head, ...wrong]),
    /line 7002: another row decides about the same record/,
  )
  const count = async (): Promise<number> =>
    (await db.selectFrom('record_decisions').select('record_id').where('connection_id', '=', id).execute()).length
  assert.equal(await count(), 0)
  const loading = performance.now()
  const loaded = await uploadDecisions(server, id, [head, ...filled])
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(1)
  t.diagnostic(`exported in ${seconds(began, exported)} s, loaded in ${seconds(loading, performance.now())} s`)
  assert.deepEqual(loaded['decided'], { keep: conflicts / 2, rename: conflicts / 2, alias: 0, exclude: 0, retry: 0 })
  assert.equal(await count(), conflicts)
})
