// Tables of mailed links, of codes in text messages, and of the messages themselves.
import type { Flag } from './flag.ts'

/** Tickets: links that are sent by mail. The secret of the link is stored as a digest. */
export type TicketsTable = {
  tenant_id: string
  ticket_digest: string
  /** `password_change`, `email_verification`, `admin_setup`, `admin_password`, or `admin_invitation`, whose `user_id` is that of the inviting admin. */
  kind: string
  connection_id: string | null
  user_id: string | null
  legacy_id: string | null
  email: string | null
  /** JSON: result_url, client_id, mark_email_as_verified, include_email_in_redirect. */
  data: string
  created_at: number
  expires_at: number
  used_at: number | null
  /** Until when a use of the ticket holds it, which runs a script; null or past while none does. */
  claimed_until: number | null
}

/** Codes for new passwords that were sent in text messages: one per identifier. The code is stored as a keyed digest. */
export type ResetCodesTable = {
  tenant_id: string
  connection_id: string
  /** Of the connection and the identifier in canonical form. */
  identifier_digest: string
  code_digest: string
  user_id: string | null
  legacy_id: string | null
  /** The number that the code was sent to, in E.164. */
  phone_number: string
  /** JSON: the data of the ticket that the code is exchanged for. */
  data: string
  tries_left: number
  created_at: number
  expires_at: number
}

/** Mails and text messages, sealed, kept until the link or the code in them expires. */
export type OutboxTable = {
  tenant_id: string
  message_id: string
  /** JSON `{to, subject, text, html}`, sealed. */
  message_sealed: string
  /** `mail` or `text`. */
  channel: string
  /** `kept` (no mail server or webhook configured), `waiting`, `sent` or `failed`. */
  status: string
  attempts: number
  next_attempt_at: number
  last_error: string | null
  created_at: number
  expires_at: number
}

/** The mail services of tenants: one row at most for each. */
export type EmailProvidersTable = {
  tenant_id: string
  name: string
  enabled: Flag
  from_address: string | null
  /** JSON: the credentials in the format of the API, sealed. */
  credentials_sealed: string
  /** JSON: as the API received them, or `null`. */
  settings: string
  created_at: number
  updated_at: number
}

/** Mail templates of tenants. */
export type EmailTemplatesTable = {
  tenant_id: string
  template: string
  /** JSON: the properties in the format of the API, without those that have their default. */
  data: string
  created_at: number
  updated_at: number
}
