import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeProcessLog } from '../../src/server/make-process-log.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres } from '../support/servers.ts'

test('an error of PostgreSQL is logged without the row that it quotes', async () => {
  const database = await startPostgres()
  const db = await openStore({
    engine: 'postgres',
    url: database.url,
    connections: 1,
    onConnectionError: () => undefined,
  })
  const row = { tenant_id: 'ten_a', user_id: 'auth0|1', set_through: 'login', set_at: 1 }
  const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA'
  await db
    .insertInto('credentials')
    .values({ ...row, credential_id: 'crd_1', format: 'argon2id', hash })
    .execute()
  const failed: unknown = await db
    .updateTable('credentials')
    .set({ set_through: null as never })
    .execute()
    .catch((error: unknown) => error)
  assert.ok(failed instanceof Error && 'detail' in failed)
  assert.ok(String(failed.detail).includes(hash), 'PostgreSQL quotes the row')

  const lines: string[] = []
  const log = makeProcessLog('info', { write: (line) => void lines.push(line) })
  log.error({ err: new Error('a request failed', { cause: failed }) }, 'a request failed')
  log.error({ err: new AggregateError([failed], 'several') }, 'several failed')
  type Logged = { code?: string; table?: string; column?: string; stack?: string; cause?: Logged; errors?: Logged[] }
  const [first, second] = lines.map((line) => (JSON.parse(line) as { err: Logged }).err)
  assert.ok(!lines.join('').includes(hash))
  assert.equal(first?.cause?.code, '23502')
  assert.equal(first?.cause?.table, 'credentials')
  assert.match(String(first?.stack), /process-log\.test\.ts/)
  assert.equal(second?.errors?.[0]?.column, 'set_through')
  await db.destroy()
  await database.stop()
})

test('a thrown value that is not an error is logged by its type only, and entries below the level are not written', () => {
  const lines: string[] = []
  const log = makeProcessLog('warn', { write: (line) => void lines.push(line) })
  log.info({ a: 1 }, 'not this one')
  log.warn({ err: 'a secret thrown as a text' }, 'odd')
  assert.equal(lines.length, 1)
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>
  assert.deepEqual(
    [line['err'], line['msg'], line['pid'], line['hostname']],
    [{ type: 'string' }, 'odd', undefined, undefined],
  )
})
