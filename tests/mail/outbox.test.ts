import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDelivery } from '../../src/mail/delivery.ts'
import { listOutbox, outboxMessage } from '../../src/mail/outbox.ts'
import { purgeOutbox } from '../../src/store/outbox.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openOutbox } from './outbox-fixture.ts'

test('the row of a message holds neither address nor link', async () => {
  const { db, queue } = await openOutbox()
  await queue({ to: 'somebody@secret.example' })
  const rows = JSON.stringify(await db.selectFrom('outbox').selectAll().execute())
  for (const secret of ['somebody', 'secret.example', 'SECRETSECRET', 'reset-verify', 'Reset your']) {
    assert.ok(!rows.includes(secret), secret)
  }
  await db.destroy()
})

test('a sealed message does not open as another message', async () => {
  const { db, sealer, queue } = await openOutbox()
  const mine = await queue()
  const other = await queue({ to: 'eve@example.com' })
  const row = await db.selectFrom('outbox').selectAll().where('message_id', '=', mine).executeTakeFirstOrThrow()
  await db.updateTable('outbox').set({ message_sealed: row.message_sealed }).where('message_id', '=', other).execute()
  await assert.rejects(() => outboxMessage(db, sealer, 'ten_a', other), { name: 'SealBroken' })
  await db.destroy()
})

test('the outbox is listed newest first, page by page, for its tenant only', async () => {
  const { db, sealer, time, queue } = await openOutbox()
  for (const name of ['one', 'two', 'three', 'four', 'five']) {
    time.now_ms += 1
    await queue({ subject: name })
  }
  const foreign = await queue({ tenant_id: 'ten_b', subject: 'foreign' })
  const first = await listOutbox(db, sealer, 'ten_a', { take: 3 })
  assert.deepEqual(
    first.map((message) => message.subject),
    ['five', 'four', 'three'],
  )
  const rest = await listOutbox(db, sealer, 'ten_a', { take: 3, from: first[2]!.id })
  assert.deepEqual(
    rest.map((message) => message.subject),
    ['two', 'one'],
  )
  assert.equal(rest[0]!.to, 'ana@example.com')
  assert.equal(rest[0]!.created_at, time.now_ms - 3)
  assert.equal(await outboxMessage(db, sealer, 'ten_a', foreign), undefined)
  await db.destroy()
})

test('a message is deleted when its link expires, and not before', async () => {
  const { db, time, queue } = await openOutbox()
  await queue({ expires_at: time.now_ms + 1000 })
  assert.equal(await purgeOutbox(db, 'ten_a', time.now_ms + 999), 0)
  assert.equal(await purgeOutbox(db, 'ten_b', time.now_ms + 1000), 0)
  assert.equal(await purgeOutbox(db, 'ten_a', time.now_ms + 1000), 1)
  await db.destroy()
})

test('without a mail server messages are kept in the outbox and never sent', async () => {
  const { db, deps, sealer, time, queue, status } = await openOutbox()
  const early = await queue()
  time.now_ms += 1000
  const delivery = startDelivery({ ...deps, smtp_url: undefined, mail_from: 'Acme <no-reply@acme.test>' })
  const late = await queue()
  delivery.wake()
  await waitUntil(async () => (await status(late)) === 'kept')
  const message = await outboxMessage(db, sealer, 'ten_a', late)
  assert.equal(message?.attempts, 0)
  assert.match(message?.text ?? '', /reset-verify\?ticket=SECRET/)
  time.now_ms += 60_000
  delivery.wake()
  await waitUntil(async () => (await status(early)) === 'kept')
  await delivery.close()
  await db.destroy()
})

test('a command without a mail server leaves pending messages to the servers', async () => {
  const { db, deps, time, queue, status } = await openOutbox()
  const waiting = await queue()
  time.now_ms += 1000
  const command = startDelivery({ ...deps, smtp_url: undefined, mail_from: 'Acme <no-reply@acme.test>' })
  await command.close()
  assert.equal(await status(waiting), 'waiting')
  await db.destroy()
})

test('an address with a line break is refused before anything is stored, a subject becomes one line', async () => {
  const { db, sealer, queue } = await openOutbox()
  for (const to of ['ana@example.com\r\nBcc: eve@example.com', 'ana\u0000@example.com', '  ']) {
    await assert.rejects(() => queue({ to }))
  }
  const id = await queue({ subject: 'Hello\r\nBcc: eve@example.com\u2028X' })
  assert.equal((await outboxMessage(db, sealer, 'ten_a', id))?.subject, 'Hello Bcc: eve@example.com X')
  assert.equal((await listOutbox(db, sealer, 'ten_a', { take: 10 })).length, 1)
  await db.destroy()
})
