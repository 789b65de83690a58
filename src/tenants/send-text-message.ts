import type { Clock } from '../base/clock.ts'
import { post } from '../egress/post.ts'
import { signatureOf } from '../egress/signature-of.ts'
import { ConnectionFailed } from '../egress/connection-failed.ts'
import type { TenantConnections } from '../egress/tenant-connections.ts'
import { JobFailed, type JobHandler } from '../jobs/job.ts'
import type { Sealer } from '../keys/sealer.ts'
import { openMessage } from '../mail/outbox.ts'
import { outboxRow, settleOutboxRow } from '../store/outbox.ts'
import { textWebhookAad } from '../store/sealed-aad.ts'
import type { Db, OutboxTable } from '../store/tables.ts'
import { tenantById, type Tenant } from './tenant.ts'
import { textWebhookOf, type TextWebhook } from './text-webhook.ts'

/** The kind of the jobs that send one text message by the actions or the webhook of the tenant. */
export const send_text_message = 'send_text_message'

/** The input of such a job. `user_id`: the recipient, where the user is known here. */
export type TextMessageJob = { message_id: string; user_id?: string }

/** A text message to send, in the clear. `code`: the one in the text. */
export type PhoneMessage = { to: string; text: string; code: string | undefined; user_id: string | undefined }

/** Sends a text message by the actions of the tenant; `none` where it has none for that. */
export type SendByActions = (
  tenant: Tenant,
  message: PhoneMessage,
) => Promise<{ kind: 'sent' | 'none' } | { kind: 'failed'; error: string }>

/** Dependencies of sending text messages. */
export type SendTextMessageDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  tenant_connections: TenantConnections
  sendByActions: SendByActions
}

/** The longest time until the webhook answers, in milliseconds. */
const answer_timeout_ms = 5_000

/** Why a webhook did not take a message, and whether trying again may help; undefined where it did. */
type Failure = { error: string; is_final: boolean }

function failureOf(status: number): Failure | undefined {
  if (status >= 200 && status < 300) return undefined
  const answered = `The webhook answered ${status}`
  if (status >= 300 && status < 400) return { error: `${answered}; redirects are not followed.`, is_final: true }
  return { error: `${answered}.`, is_final: status < 500 && status !== 408 && status !== 429 }
}

async function postText(
  { clock, sealer, tenant_connections }: SendTextMessageDeps,
  { url, secret_sealed }: TextWebhook,
  row: OutboxTable,
): Promise<Failure | undefined> {
  const { tenant_id, message_id: id } = row
  const { to, text } = openMessage(sealer, row)
  const body = JSON.stringify({ id, to, text, expires_at: new Date(row.expires_at).toISOString() })
  const secret = sealer.open(secret_sealed, textWebhookAad(tenant_id))
  const at_s = Math.floor(clock.now() / 1000)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(at_s),
    'webhook-signature': signatureOf(secret, { id, at_s, body }),
  }
  try {
    return failureOf(await post(tenant_connections, { tenant_id, url, body, headers, timeout_ms: answer_timeout_ms }))
  } catch (error) {
    if (!(error instanceof ConnectionFailed)) throw error
    return { error: error.message, is_final: error.code === 'EGRESS_REFUSED' }
  }
}

/** Sends a message by the actions of the tenant, else through its webhook. `none`: the tenant has neither, so that the outbox keeps it. */
async function send(
  deps: SendTextMessageDeps,
  tenant: Tenant,
  row: OutboxTable,
  user_id: string | undefined,
): Promise<Failure | 'none' | undefined> {
  const { to, text, code } = openMessage(deps.sealer, row)
  const by_actions = await deps.sendByActions(tenant, { to, text, code, user_id })
  if (by_actions.kind === 'sent') return undefined
  if (by_actions.kind === 'failed') return { error: by_actions.error, is_final: false }
  const webhook = textWebhookOf(tenant)
  return webhook ? await postText(deps, webhook, row) : 'none'
}

/**
 * Sends a text message: by the actions of `send-phone-message`, or through the webhook where none is bound. The webhook may get a message twice, with the same id: where the process dies after the webhook took it. What fails is
 * tried again until the code in the message has expired.
 */
export function sendTextMessage(deps: SendTextMessageDeps): JobHandler<TextMessageJob, null> {
  const { db, clock } = deps
  return {
    is_urgent: true,
    async run({ tenant_id, input }) {
      const row = await outboxRow(db, tenant_id, input.message_id)
      if (row?.status !== 'waiting') return
      const tenant = await tenantById(db, tenant_id)
      const settle = async (status: string, last_error: string | null): Promise<void> =>
        await settleOutboxRow(db, row, { status, next_attempt_at: clock.now(), last_error }, row.attempts + 1)
      if (!tenant) return
      if (row.expires_at <= clock.now()) return await settle('failed', row.last_error)
      const failure = await send(deps, tenant, row, input.user_id)
      if (failure === 'none') return await settle('kept', null)
      if (!failure) return await settle('sent', null)
      await settle(failure.is_final ? 'failed' : 'waiting', failure.error)
      throw failure.is_final ? new JobFailed(failure.error) : new Error(failure.error)
    },
  }
}
