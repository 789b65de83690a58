import { countedAddress } from '../base/counted-address.ts'
import { defined } from '../base/defined.ts'
import type { Clock } from '../base/clock.ts'
import { enqueueJob } from '../jobs/enqueue-job.ts'
import type { Sealer } from '../keys/sealer.ts'
import { queueMail } from '../mail/outbox.ts'
import { codeText } from '../mail/write-text.ts'
import { hasBoundAction } from '../store/action-bindings.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { brandOf } from '../tenants/brand-of.ts'
import { languageOfTenant } from '../tenants/choose-language.ts'
import { send_text_message, type TextMessageJob } from '../tenants/send-text-message.ts'
import { issuerOf, type Site } from '../tenants/tenant.ts'
import { textWebhookOf } from '../tenants/text-webhook.ts'
import type { TextRecipient } from './find-reset-recipient.ts'
import { countRequest, texts_per_address, texts_per_number, texts_per_tenant } from './request-limit.ts'
import type { ResetRequest } from './reset-request.ts'
import { code_lifetime_s, insertResetCode } from './reset-codes.ts'

/** Dependencies of `sendResetCode`. */
export type SendResetCodeDeps = { db: Db; clock: Clock; sealer: Sealer; site: Site; jobs: { wake(): void } }

/** The limit on text messages that a request is over; undefined where it is within all. */
async function exceededLimit(
  deps: SendResetCodeDeps,
  { tenant: { tenant_id }, caller }: ResetRequest,
  phone_number: string,
): Promise<string | undefined> {
  const counted = [
    // The address first: one over its limit must not use up the messages of other users' numbers.
    [texts_per_address, countedAddress(caller.ip), 'this network address'],
    [texts_per_number, phone_number, 'this phone number'],
    [texts_per_tenant, tenant_id, 'the tenant'],
  ] as const
  for (const [limit, subject, name] of counted) {
    if ((await countRequest(deps, tenant_id, limit, subject)) !== 'within') {
      return `No text message was sent: ${name} has had ${limit.max} in the last hour.`
    }
  }
  return undefined
}

/**
 * Sends a code for a new password in a text message, or keeps it in the outbox where the tenant has neither a webhook nor an action for it.
 * Returns why it is not sent.
 */
export async function sendResetCode(
  deps: SendResetCodeDeps,
  request: ResetRequest,
  typed: string,
  recipient: TextRecipient,
): Promise<string | undefined> {
  const { tenant, connection, client, language = languageOfTenant(tenant) } = request
  const { tenant_id } = tenant
  const { phone_number } = recipient
  const exceeded = await exceededLimit(deps, request, phone_number)
  if (exceeded !== undefined) return exceeded
  const is_sent = await inTransaction(deps.db, async (trx) => {
    const has_sender =
      textWebhookOf(tenant) !== undefined || (await hasBoundAction(trx, tenant_id, 'send-phone-message'))
    const data = { language, ...defined({ client_id: client?.client_id }) }
    const { code, created_at, expires_at } = await insertResetCode(trx, deps, { connection, typed, recipient, data })
    const page = new URLSearchParams({ connection: connection.name })
    const text = codeText({
      language,
      tenant_name: brandOf(tenant).name,
      code,
      link: `${issuerOf(tenant, deps.site.scheme)}u/reset-code?${page}`,
      lifetime_s: code_lifetime_s,
    })
    const status = has_sender ? 'waiting' : 'kept'
    const message = { tenant_id, to: phone_number, subject: '', text, html: '', code, created_at, expires_at }
    const message_id = await queueMail(trx, deps.sealer, { ...message, status, channel: 'text' })
    if (!has_sender) return false
    const input: TextMessageJob = { message_id, ...defined({ user_id: recipient.user_id ?? undefined }) }
    await enqueueJob(trx, { tenant_id, kind: send_text_message, input, at: created_at })
    return true
  })
  if (is_sent) deps.jobs.wake()
  return undefined
}
