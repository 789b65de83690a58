import { countedAddress } from '../base/counted-address.ts'
import { digestText } from '../base/digest.ts'
import type { Background } from '../base/background.ts'
import { canonicalIn } from '../connections/identifier-rules.ts'
import { requireScripts } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent } from '../logs/record-event.ts'
import type { Delivery } from '../mail/delivery.ts'
import { queueMail } from '../mail/outbox.ts'
import { countUnknownAttempt } from '../migration/finish/latecomers.ts'
import { inTransaction } from '../store/transaction.ts'
import { languageOfTenant } from '../tenants/choose-language.ts'
import type { Site } from '../tenants/tenant.ts'
import { profileById } from '../users/user.ts'
import { findResetRecipient, recipientId, type MailRecipient, type NoRecipientReason } from './find-reset-recipient.ts'
import { checkIdentifier } from './identify.ts'
import { insertResetTicket } from './insert-reset-ticket.ts'
import type { LookUpLegacyUserDeps } from './look-up-legacy-user.ts'
import { countRequest, resets_per_address, resets_per_identifier } from './request-limit.ts'
import { planUserMail } from './plan-user-mail.ts'
import type { ResetRequest } from './reset-request.ts'
import { sendResetCode, type SendResetCodeDeps } from './send-reset-code.ts'
import type { SingleFlight } from './single-flight.ts'
import { userEvent } from './user-event.ts'

/** Dependencies of `requestReset`. */
export type RequestResetDeps = LookUpLegacyUserDeps &
  SendResetCodeDeps & {
    background: Background
    /** The pending calls of scripts. */
    pending_script_calls: SingleFlight
    delivery: Pick<Delivery, 'wake'>
    site: Site
  }

const turned_off = 'The template reset_email is turned off: no mail was sent.'

/** Whether a request was answered with a mail or a text message, the description of its log event, and why no recipient was found. */
export type ResetSent = { is_sent: boolean; description: string; reason?: NoRecipientReason }

/** Mails the link. Returns false where the tenant has turned this mail off. */
async function sendLink(
  deps: SendResetDeps,
  request: ResetRequest,
  typed: string,
  recipient: MailRecipient,
): Promise<boolean> {
  const { tenant, connection, client, language = languageOfTenant(tenant) } = request
  const { tenant_id } = tenant
  const known = recipient.user_id === null ? undefined : await profileById(deps.db, tenant_id, recipient.user_id)
  const user = { ...known, email: recipient.email }
  const plan = await planUserMail(deps.db, deps.site, {
    kind: 'reset_email',
    tenant,
    connection,
    client,
    user,
    language,
  })
  const event = { ...userEvent(request, typed), user_id: recipientId(recipient) }
  if (!plan.is_sent) {
    await recordEvent(deps.db, tenant_id, deps.clock.now(), { ...event, type: 'fn', description: turned_off })
    return false
  }
  await inTransaction(deps.db, async (trx) => {
    const { link, created_at, expires_at } = await insertResetTicket(trx, deps, {
      tenant,
      connection,
      recipient,
      typed,
      through: 'reset_request',
      data: { language, ...plan.data, ...(client === undefined ? {} : { client_id: client.client_id }) },
      lifetime_s: plan.lifetime_s,
    })
    const { mail, failure } = plan.write(link)
    await queueMail(trx, deps.sealer, { tenant_id, to: recipient.email, ...mail, created_at, expires_at })
    if (failure !== undefined)
      await recordEvent(trx, tenant_id, created_at, { ...event, type: 'fn', description: failure })
  })
  deps.delivery.wake()
  return true
}

/** The dependencies of `sendReset`. */
export type SendResetDeps = Omit<RequestResetDeps, 'background' | 'pending_script_calls'>

/** Looks the user up, and sends a link or a code for a new password. Both ends are log events. */
export async function sendReset(deps: SendResetDeps, request: ResetRequest): Promise<ResetSent> {
  const { tenant } = request
  const typed = request.identifier.trim()
  const found = await findResetRecipient(deps, request.connection, typed, 'reset_request')
  const event = userEvent(request, typed)
  if (!found.recipient) {
    await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
      ...event,
      type: 'fcpr',
      description: found.message,
      ...(found.migration === undefined ? {} : { details: { migration: found.migration } }),
    })
    return { is_sent: false, description: found.message, reason: found.reason }
  }
  const { recipient } = found
  const user_id = recipientId(recipient)
  let description = 'A link to choose a new password was mailed.'
  let refused: string | undefined
  if (recipient.phone_number === undefined) {
    if (!(await sendLink(deps, request, typed, recipient))) return { is_sent: false, description: turned_off }
  } else {
    refused = await sendResetCode(deps, request, typed, recipient)
    description = refused ?? 'A code to choose a new password was sent in a text message.'
  }
  const is_sent = refused === undefined
  const type = is_sent ? 'scpr' : 'fcpr'
  await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), { ...event, type, description, user_id })
  return { is_sent, description }
}

// Concurrent lookups per connection. More of them would delay its logins.
const lookups_at_once = 4

/** Whether a request is within the limits per address and per identifier. The first request over a limit is logged; the response is the same. */
async function isWithinLimits(deps: RequestResetDeps, request: ResetRequest, typed: string): Promise<boolean> {
  const { tenant, connection, caller } = request
  const { tenant_id } = tenant
  let count = await countRequest(deps, tenant_id, resets_per_address, countedAddress(caller.ip))
  if (count === 'within') {
    // Only now: an address over its limit must not use up the requests for other users' identifiers.
    const identifier_key = `${connection.connection_id}/${canonicalIn(connection, typed)}`
    count = await countRequest(deps, tenant_id, resets_per_identifier, identifier_key)
  }
  if (count === 'just_over') {
    await recordEvent(deps.db, tenant_id, deps.clock.now(), {
      ...userEvent(request, typed),
      type: 'fcpr',
      description: 'Too many requests for a new password. Further ones are dropped for a while.',
    })
  }
  return count === 'within'
}

/**
 * Checks what does not depend on the user, and returns the identifier without the white space around it.
 *
 * @throws {Refusal} `password_change_disabled`, `invalid_request`, `identifier_too_long`, or, in legacy mode, `script_missing` and
 *   `plan_required`
 */
export function checkResetRequest({ tenant, connection, identifier }: ResetRequest): string {
  const typed = identifier.trim()
  if (connection.options.disable_self_service_change_password === true) throw new Refusal('password_change_disabled')
  if (connection.mode === 'legacy') requireScripts(tenant, connection, 'reset_confirmation')
  if (typed === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: email' })
  checkIdentifier(typed)
  return typed
}

/**
 * Accepts a request for a new password and returns at once. The user is looked up and gets a mail or a text message in the background, so that the response does
 * not reveal whether the user exists.
 *
 * @throws {Refusal} those of `checkResetRequest`
 */
export function requestReset(deps: RequestResetDeps, request: ResetRequest): void {
  const { connection } = request
  const typed = checkResetRequest(request)
  deps.background.run('reset request', async () => {
    if (!(await isWithinLimits(deps, request, typed))) return
    const slot = digestText(canonicalIn(connection, typed)).charCodeAt(0) % lookups_at_once
    const key = JSON.stringify(['reset', connection.tenant_id, connection.connection_id, connection.version, slot])
    // Requests for the same identifier at the same time share one lookup and one mail.
    const address = countedAddress(request.caller.ip)
    const send = async (): Promise<void> => {
      if (connection.finish_step !== null) {
        await countUnknownAttempt(deps, connection, canonicalIn(connection, typed), 'reset_request')
      }
      await sendReset(deps, request)
    }
    await deps.pending_script_calls.run(key, typed, send, address)
  })
}
