/**
 * Mail: writes messages, keeps them sealed in the outbox until their link expires, and sends them where a mail server is configured. It
 * knows no users and no tickets: its callers give the recipient, the content and the expiry.
 */
import { defined } from '../base/defined.ts'
import { randomAlphanumeric } from '../base/ids.ts'
import { insertOutboxRow, outboxRow, outboxRows } from '../store/outbox.ts'
import { readJson, writeJson } from '../store/json-column.ts'
import { messageAad } from '../store/sealed-aad.ts'
import type { Db, OutboxTable } from '../store/tables.ts'

/** Encrypts and decrypts messages, each with its `aad` (additional authenticated data). The keys module provides one. */
export type MailSealer = {
  seal(text: string, aad: string): string
  open(sealed: string, aad: string): string
}

/** How a message reaches its recipient. */
export type Channel = 'mail' | 'text'

/**
 * The recipient and the content of a message. `from`: the sender that the tenant's template names. `text` may be empty. A text message has no
 * subject and no HTML; `code` is the one in its text. `own_service_only`: a template of the tenant wrote it, so that the operator's mail
 * server does not send it.
 */
export type MailContent = {
  to: string
  subject: string
  text: string
  html: string
  from?: string
  own_service_only?: true
  code?: string
}

/** `kept`: without a mail server or webhook, to be read here; `waiting`: for delivery; `sent`: accepted by the server; `failed`: no more attempts. */
export type MailStatus = 'kept' | 'waiting' | 'sent' | 'failed'

/** Input for queueing a message. Times are epoch milliseconds; its link expires at `expires_at`. */
export type NewMail = MailContent & {
  tenant_id: string
  created_at: number
  expires_at: number
  status?: MailStatus
  channel?: Channel
}

/** A message in the outbox, in the clear. */
export type OutboxMessage = MailContent & {
  id: string
  channel: Channel
  status: MailStatus
  /** The number of attempts to send it. */
  attempts: number
  last_error: string | null
  created_at: number
  expires_at: number
}

/** The characters that end a mail header: in an address or a subject they would begin another one. */
const control = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** A new message id. Ids sort by time, so that they serve as a checkpoint. */
function newMessageId(at_ms: number): string {
  return `msg_${at_ms.toString(16).padStart(12, '0')}${randomAlphanumeric(16)}`
}

/** The recipient and the content of a row, in the clear. */
export function openMessage(sealer: MailSealer, row: OutboxTable): MailContent {
  return readJson<MailContent>(sealer.open(row.message_sealed, messageAad(row.tenant_id, row.message_id)))
}

/**
 * Puts a message into the outbox, sealed, and returns its id. `db` may be a transaction; the caller wakes the delivery after the commit.
 * Line breaks in the subject become spaces.
 *
 * @throws {Error} when the address has control characters: the caller must have refused it
 */
export async function queueMail(db: Db, sealer: MailSealer, mail: NewMail): Promise<string> {
  if (mail.to.trim() === '' || control.test(mail.to)) throw new Error('A mail address holds control characters')
  const message_id = newMessageId(mail.created_at)
  const subject = mail.subject.split(control).join(' ').replaceAll(/ {2,}/g, ' ').trim()
  const { to, text, html, from, own_service_only, code } = mail
  const content: MailContent = { to, subject, text, html, ...defined({ from, own_service_only, code }) }
  await insertOutboxRow(db, {
    tenant_id: mail.tenant_id,
    message_id,
    message_sealed: sealer.seal(writeJson(content), messageAad(mail.tenant_id, message_id)),
    channel: mail.channel ?? 'mail',
    status: mail.status ?? 'waiting',
    attempts: 0,
    next_attempt_at: mail.created_at,
    last_error: null,
    created_at: mail.created_at,
    expires_at: mail.expires_at,
  })
  return message_id
}

function messageFromRow(sealer: MailSealer, row: OutboxTable): OutboxMessage {
  return {
    id: row.message_id,
    ...openMessage(sealer, row),
    channel: row.channel as Channel,
    status: row.status as MailStatus,
    attempts: row.attempts,
    last_error: row.last_error,
    created_at: row.created_at,
    expires_at: row.expires_at,
  }
}

/** The messages of a tenant, newest first. `from` is the id of the last message of the page before; `take` is the page size. */
export async function listOutbox(
  db: Db,
  sealer: MailSealer,
  tenant_id: string,
  page: { take: number; from?: string | undefined },
): Promise<OutboxMessage[]> {
  const rows = await outboxRows(db, tenant_id, page)
  return rows.map((row) => messageFromRow(sealer, row))
}

/** The message with this id, or undefined. */
export async function outboxMessage(
  db: Db,
  sealer: MailSealer,
  tenant_id: string,
  id: string,
): Promise<OutboxMessage | undefined> {
  const row = await outboxRow(db, tenant_id, id)
  return row && messageFromRow(sealer, row)
}
