import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startDelivery } from '../../src/mail/delivery.ts'
import { outboxMessage } from '../../src/mail/outbox.ts'
import { resetMail } from '../../src/mail/write-mail.ts'
import { freePort } from '../support/free-port.ts'
import { startMailServer } from './mail-server.ts'
import { waitUntil } from '../support/wait-until.ts'
import { openOutbox } from './outbox-fixture.ts'

const mail_from = 'Ácme Shipping <no-reply@acme.test>'

test('a message arrives complete: address, subject and both bodies in UTF-8, marked as auto-generated', async () => {
  const server = await startMailServer()
  const { db, deps, time, queue, status } = await openOutbox()
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  const link = 'https://acme.test/u/reset-verify?ticket=AbCdEfGhIjKlMnOpQrStUvWxYz012345#'
  const written = resetMail({
    language: 'en',
    tenant_name: 'Łódź 🚢 Ship',
    link,
    email: 'ana@example.com',
    lifetime_s: 432_000,
  })
  const id = await queue({ ...written, expires_at: time.now_ms + 432_000_000 })
  delivery.wake()
  await waitUntil(async () => (await status(id)) === 'sent')
  const [mail] = server.received
  assert.ok(mail)
  assert.deepEqual(mail.to, ['ana@example.com'])
  assert.equal(mail.from, 'no-reply@acme.test')
  assert.equal(mail.read.from?.name, 'Ácme Shipping')
  assert.equal(mail.read.subject, 'Reset your password for Łódź 🚢 Ship')
  assert.ok(mail.read.text?.includes(link), 'the link in the plain text')
  assert.ok(mail.read.html?.includes(`href="${link}"`), 'the link in the HTML')
  assert.match(mail.raw, /^Auto-Submitted: auto-generated/m)
  assert.ok(mail.read.messageId?.includes(id), 'the message id is the same on each attempt')
  assert.doesNotMatch(mail.read.html ?? '', /<(img|link|script|iframe)|@import|url\(/i)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test('messages of an earlier process are sent by the next one', async () => {
  const { db, deps, queue, status } = await openOutbox()
  const id = await queue()
  const server = await startMailServer()
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  await waitUntil(async () => (await status(id)) === 'sent')
  assert.equal(server.received.length, 1)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test('while the mail server is down a message waits, and arrives once when it is back', async () => {
  const port = await freePort()
  const { db, deps, sealer, time, lines, queue, status } = await openOutbox()
  const id = await queue()
  const delivery = startDelivery({ ...deps, smtp_url: `smtp://127.0.0.1:${port}`, mail_from })
  const attempts = async (): Promise<number> => (await outboxMessage(db, sealer, 'ten_a', id))?.attempts ?? 0
  await waitUntil(async () => (await outboxMessage(db, sealer, 'ten_a', id))?.last_error !== null)
  assert.equal(await status(id), 'waiting')
  delivery.wake()
  await sleep(100)
  assert.equal(await attempts(), 1, 'not again before its pause is over')

  const back = await startMailServer(port)
  time.now_ms += 10_000
  delivery.wake()
  await waitUntil(async () => (await status(id)) === 'sent')
  assert.equal(await attempts(), 2)
  assert.equal(back.received.length, 1)
  assert.equal((await outboxMessage(db, sealer, 'ten_a', id))?.last_error, null)
  assert.doesNotMatch(lines.join('\n'), /SECRET|ana@example/)
  await delivery.close()
  await back.close()
  await db.destroy()
})

test('a message fails after its last attempt', async () => {
  const { db, deps, sealer, time, queue, status } = await openOutbox()
  const id = await queue({ expires_at: time.now_ms + 432_000_000 })
  const delivery = startDelivery({ ...deps, smtp_url: `smtp://127.0.0.1:${await freePort()}`, mail_from })
  await waitUntil(async () => {
    time.now_ms += 4 * 3_600_000
    delivery.wake()
    await sleep(20)
    return (await status(id)) === 'failed'
  })
  const message = await outboxMessage(db, sealer, 'ten_a', id)
  assert.equal(message?.attempts, 8)
  assert.match(message?.last_error ?? '', /mail server/)
  await delivery.close()
  await db.destroy()
})

test('a permanent refusal of a recipient fails at once, a temporary one is retried; no server text is stored', async () => {
  const statuses: Record<string, number> = { 'nobody@example.com': 550, 'later@example.com': 451 }
  const server = await startMailServer(0, { recipient: (address) => statuses[address] })
  const { db, deps, sealer, lines, queue, status } = await openOutbox()
  const refused = await queue({ to: 'nobody@example.com' })
  const later = await queue({ to: 'later@example.com' })
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  await waitUntil(async () => (await status(refused)) === 'failed')
  await waitUntil(async () => (await outboxMessage(db, sealer, 'ten_a', later))?.last_error !== null)
  assert.equal(await status(later), 'waiting')
  const rows = JSON.stringify(await db.selectFrom('outbox').selectAll().execute())
  assert.match(rows, /refused the sender or the recipient\. \(EENVELOPE 550/)
  assert.doesNotMatch(rows + lines.join('\n'), /nobody@|later@|no such box/)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test("a server's quotation of the refused message is in neither the row nor the log", async () => {
  const server = await startMailServer(0, { message: () => 554 })
  const { db, deps, lines, queue, status } = await openOutbox()
  const id = await queue()
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  await waitUntil(async () => (await status(id)) === 'failed')
  const rows = JSON.stringify(await db.selectFrom('outbox').selectAll().execute())
  assert.match(rows, /EMESSAGE 554/)
  assert.doesNotMatch(rows + lines.join('\n'), /not this one|SECRET|ana@example/)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test('two deliveries on one store send each message once', async () => {
  const server = await startMailServer()
  const { db, deps, queue, status } = await openOutbox()
  const ids = []
  for (let index = 0; index < 30; index += 1) ids.push(await queue({ to: `user${index}@example.com` }))
  const deliveries = [0, 1].map(() => startDelivery({ ...deps, smtp_url: server.url, mail_from }))
  for (const id of ids) await waitUntil(async () => (await status(id)) === 'sent')
  await Promise.all(deliveries.map((delivery) => delivery.close()))
  assert.equal(server.received.length, 30)
  assert.equal(new Set(server.received.map((mail) => mail.to[0])).size, 30)
  await server.close()
  await db.destroy()
})

test('a message whose claim expired with its process is sent by another', async () => {
  const server = await startMailServer()
  const { db, deps, time, queue, status } = await openOutbox()
  const id = await queue()
  await db
    .updateTable('outbox')
    .set({ attempts: 1, next_attempt_at: time.now_ms + 150_000 })
    .execute()
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  await sleep(100)
  assert.equal(server.received.length, 0, 'the claim still holds')
  time.now_ms += 150_000
  delivery.wake()
  await waitUntil(async () => (await status(id)) === 'sent')
  assert.equal(server.received.length, 1)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test('an address with commas or brackets has one recipient', async () => {
  const server = await startMailServer()
  const { db, deps, queue, status } = await openOutbox()
  const addresses = ['ana@example.com, eve@evil.example', 'Ana <eve@evil.example>', '"x@y" <eve@evil.example>']
  const ids = await Promise.all(addresses.map((to) => queue({ to })))
  const delivery = startDelivery({ ...deps, smtp_url: server.url, mail_from })
  for (const id of ids) await waitUntil(async () => ['sent', 'failed'].includes(await status(id)))
  const reached = server.received.flatMap((mail) => mail.to)
  assert.ok(!reached.includes('eve@evil.example'), reached.join(' | '))
  for (const mail of server.received) assert.equal(mail.to.length, 1)
  await delivery.close()
  await server.close()
  await db.destroy()
})

test('queueing does not wait for a mail server that never answers, and stopping is bounded', async () => {
  const sockets: Socket[] = []
  const silent = createServer((socket) => sockets.push(socket))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { db, deps, queue, status } = await openOutbox()
  const smtp_url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const delivery = startDelivery({ ...deps, smtp_url, mail_from })
  const before = performance.now()
  const id = await queue()
  delivery.wake()
  assert.ok(performance.now() - before < 5000)
  await waitUntil(() => sockets.length > 0)
  const stopping = performance.now()
  await delivery.close()
  assert.ok(performance.now() - stopping < 12_000)
  assert.equal(await status(id), 'waiting', 'it is tried again by the next process')
  for (const socket of sockets) socket.destroy()
  silent.close()
  await db.destroy()
})
