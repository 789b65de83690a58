/**
 * Mail: writes messages, keeps them sealed in the outbox until their link ends, and sends them where a mail
 * server is configured. It knows no users and no tickets: it is told whom to write to, what, and until when.
 */
import { randomAlphanumeric } from '../base/ids.ts'
import { deleteExpiredOutboxRows, insertOutboxRow, outboxRow, outboxRows } from '../store/outbox.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { messageAad } from '../store/sealed-aad.ts'
import type { Db, OutboxTable } from '../store/tables.ts'

/** Seals a message to its place, and opens it there. The keys room makes one. */
export type MailSealer = {
  seal(text: string, aad: string): string
  open(sealed: string, aad: string): string
}

/** What a message says, and to whom. */
export type MailContent = { to: string; subject: string; text: string; html: string }

/** `kept`: no mail server, read it here; `waiting`: for delivery; `sent`: taken by the server; `failed`: given up. */
export type MailStatus = 'kept' | 'waiting' | 'sent' | 'failed'

/** A message to be. Times are epoch milliseconds; `expires_at` is when its link ends. */
export type NewMail = MailContent & {
  tenant_id: string
  created_at: number
  expires_at: number
  status?: MailStatus
}

/** A message in the outbox, opened. */
export type OutboxMessage = MailContent & {
  id: string
  status: MailStatus
  /** How often delivery was tried. */
  attempts: number
  last_error: string | null
  created_at: number
  expires_at: number
}

/** Addresses and subjects stand in mail headers: none may begin a second one. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** Ids grow with time, so that they serve as a checkpoint. */
function newMessageId(at_ms: number): string {
  return `msg_${at_ms.toString(16).padStart(12, '0')}${randomAlphanumeric(16)}`
}

/** The message of a row, in the clear: for delivery and for who may read the outbox. */
export function openMessage(sealer: MailSealer, row: OutboxTable): MailContent {
  return readJson<MailContent>(sealer.open(row.message_sealed, messageAad(row.tenant_id, row.message_id)))
}

/**
 * Puts a message into the outbox, sealed, and answers its id. Runs in the caller's transaction when handed one; wake the delivery
 * after the commit. A subject's line breaks become spaces.
 *
 * @throws {Error} when the address holds control characters: a bug of whoever took it in
 */
export async function queueMail(db: Db, sealer: MailSealer, mail: NewMail): Promise<string> {
  if (mail.to.trim() === '' || control.test(mail.to)) throw new Error('A mail address holds control characters')
  const message_id = newMessageId(mail.created_at)
  const subject = mail.subject.split(control).join(' ').replaceAll(/ {2,}/g, ' ').trim()
  const content: MailContent = { to: mail.to, subject, text: mail.text, html: mail.html }
  await insertOutboxRow(db, {
    tenant_id: mail.tenant_id,
    message_id,
    message_sealed: sealer.seal(writeJson(content), messageAad(mail.tenant_id, message_id)),
    status: mail.status ?? 'waiting',
    attempts: 0,
    next_attempt_at: mail.created_at,
    last_error: null,
    created_at: mail.created_at,
    expires_at: mail.expires_at,
  })
  return message_id
}

function opened(sealer: MailSealer, row: OutboxTable): OutboxMessage {
  return {
    id: row.message_id,
    ...openMessage(sealer, row),
    status: row.status as MailStatus,
    attempts: row.attempts,
    last_error: row.last_error,
    created_at: row.created_at,
    expires_at: row.expires_at,
  }
}

/** A tenant's messages, newest first. `from` is the id of the last one seen; `take` is how many to answer. */
export async function listOutbox(
  db: Db,
  sealer: MailSealer,
  tenant_id: string,
  page: { take: number; from?: string | undefined },
): Promise<OutboxMessage[]> {
  const rows = await outboxRows(db, tenant_id, page)
  return rows.map((row) => opened(sealer, row))
}

/** The message with this id, or undefined. */
export async function outboxMessage(
  db: Db,
  sealer: MailSealer,
  tenant_id: string,
  id: string,
): Promise<OutboxMessage | undefined> {
  const row = await outboxRow(db, tenant_id, id)
  return row && opened(sealer, row)
}

/** Deletes the messages whose link has ended, of every tenant, and answers how many those were. */
export async function purgeOutbox(db: Db, now: number): Promise<number> {
  return await deleteExpiredOutboxRows(db, now)
}
