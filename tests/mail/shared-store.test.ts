import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSealer } from '../../src/keys/sealer.ts'
import { startDelivery } from '../../src/mail/delivery.ts'
import { queueMail } from '../../src/mail/outbox.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startPostgres } from '../support/servers.ts'
import { startMailServer } from './mail-server.ts'
import { waitUntil } from '../support/wait-until.ts'

test('three processes on one PostgreSQL send each message once', async () => {
  const postgres = await startPostgres()
  const server = await startMailServer()
  const sealer = createSealer('a sealing key for tests, long enough')
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const clock = { now: () => Date.now() }
  const { url } = await postgres.createStore()
  const target = { engine: 'postgres', url, connections: 6, onConnectionError: () => undefined } as const
  const stores = await Promise.all([openStore(target), openStore(target), openStore(target)])
  const [db] = stores
  const ids = new Set<string>()
  for (let index = 0; index < 40; index += 1) {
    const at = clock.now()
    const to = `user${index}@example.com`
    const mail = { to, subject: 'Hello', text: 'text', html: '<p>html</p>', created_at: at, expires_at: at + 3_600_000 }
    ids.add(await queueMail(db, sealer, { tenant_id: 'ten_a', ...mail }))
  }
  const deliveries = stores.map((store) =>
    startDelivery({ db: store, clock, sealer, log: quiet, smtp_url: server.url, mail_from: 'a@acme.test' }),
  )
  await waitUntil(async () => {
    const { sent } = await db
      .selectFrom('outbox')
      .select((row) => row.fn.countAll<number>().as('sent'))
      .where('status', '=', 'sent')
      .executeTakeFirstOrThrow()
    return Number(sent) === ids.size
  })
  await Promise.all(deliveries.map((delivery) => delivery.close()))
  assert.equal(server.received.length, ids.size)
  assert.equal(new Set(server.received.map((mail) => mail.to[0])).size, ids.size)
  const attempts = await db.selectFrom('outbox').select('attempts').execute()
  assert.ok(attempts.every((row) => row.attempts === 1))
  await Promise.all(stores.map((store) => store.destroy()))
  await server.close()
  await postgres.stop()
})
