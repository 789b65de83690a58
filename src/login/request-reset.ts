import { canonicalIdentifier } from '../base/canonical.ts'
import { sha256 } from '../base/digest.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller, type NewLogEvent } from '../logs/record-event.ts'
import { queueMail } from '../mail/outbox.ts'
import { resetMail } from '../mail/write-mail.ts'
import { inTransaction } from '../store/transaction.ts'
import { brandOf, supportOf } from '../tenants/brand-of.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { countAsking, resets_per_address, resets_per_identifier } from './asking-limit.ts'
import type { LoginParts } from './login-parts.ts'
import { findResetAddressee, type Addressee } from './reset-addressee.ts'
import { makeResetTicket } from './reset-ticket.ts'
import { countedAddress } from './shield.ts'
import { ticket_lifetime_s } from './tickets.ts'

/** Somebody who forgot a password. */
export type ResetRequest = {
  tenant: Tenant
  connection: Connection
  client?: Client
  /** E-mail address or username, as typed. */
  identifier: string
  caller: Caller
}

async function sendLink(parts: LoginParts, request: ResetRequest, typed: string, addressee: Addressee): Promise<void> {
  const { tenant, connection, client } = request
  const { tenant_id } = tenant
  await inTransaction(parts.db, async (trx) => {
    const { link, created_at, expires_at } = await makeResetTicket(trx, parts, {
      tenant,
      connection,
      addressee,
      typed,
      through: 'reset_request',
      data: client === undefined ? {} : { client_id: client.client_id },
      lifetime_s: ticket_lifetime_s,
    })
    const mail = resetMail({
      tenant_name: brandOf(tenant).name,
      link,
      email: addressee.email,
      lifetime_s: ticket_lifetime_s,
      support_email: supportOf(tenant)?.email,
    })
    await queueMail(trx, parts.sealer, { tenant_id, to: addressee.email, ...mail, created_at, expires_at })
  })
  parts.mailing.wake()
}

function eventOf({ connection, client, caller }: ResetRequest, typed: string): Omit<NewLogEvent, 'type'> {
  return {
    connection_id: connection.connection_id,
    connection: connection.name,
    ...(client === undefined ? {} : { client_id: client.client_id, client_name: client.name }),
    user_name: typed,
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
  }
}

async function answerLater(parts: LoginParts, request: ResetRequest, typed: string): Promise<void> {
  const { tenant } = request
  const found = await findResetAddressee(parts, request.connection, typed, 'reset_request')
  const event = eventOf(request, typed)
  if ('nobody' in found) {
    await recordEvent(parts.db, tenant.tenant_id, parts.clock.now(), {
      ...event,
      type: 'fcpr',
      description: found.nobody,
    })
    return
  }
  await sendLink(parts, request, typed, found.addressee)
  const { user_id, legacy_id } = found.addressee
  await recordEvent(parts.db, tenant.tenant_id, parts.clock.now(), {
    ...event,
    type: 'scpr',
    description: 'A link to choose a new password was mailed.',
    user_id: user_id ?? `auth0|${legacy_id ?? ''}`,
  })
}

// So many requests of a connection are looked into at once: logins come first.
const lookups_at_once = 4

/** Keeps an address from keeping the legacy store busy, and a mailbox from being filled; only the log is told. */
async function mayAsk(parts: LoginParts, request: ResetRequest, typed: string): Promise<boolean> {
  const { tenant, connection, caller } = request
  const { tenant_id } = tenant
  const mailbox = `${connection.connection_id}/${canonicalIdentifier(typed)}`
  const asked = [
    await countAsking(parts, tenant_id, resets_per_address, countedAddress(caller.ip)),
    await countAsking(parts, tenant_id, resets_per_identifier, mailbox),
  ]
  if (asked.includes('just_over')) {
    await recordEvent(parts.db, tenant_id, parts.clock.now(), {
      ...eventOf(request, typed),
      type: 'fcpr',
      description: 'Too many requests for a new password. Further ones are dropped for a while.',
    })
  }
  return asked.every((each) => each === 'within')
}

/**
 * Takes a request for a new password. It returns at once and says nothing: whether there is such a person is
 * found out afterwards, and only the person's own mailbox learns it.
 *
 * @throws {Refusal} `password_change_disabled`, `invalid_request`, `identifier_too_long`, or
 *   `legacy_mode_unsupported`: what the connection says of everybody alike
 */
export function requestReset(parts: LoginParts, request: ResetRequest): void {
  const { connection } = request
  const typed = request.identifier.trim()
  if (connection.options.disable_self_service_change_password === true) throw new Refusal('password_change_disabled')
  if (connection.mode === 'legacy') throw new Refusal('legacy_mode_unsupported')
  if (typed === '') throw new Refusal('invalid_request', { message: 'Missing required parameter: email' })
  if (typed.length > 254) throw new Refusal('identifier_too_long')
  parts.background.run('reset request', async () => {
    if (!(await mayAsk(parts, request, typed))) return
    const place = sha256(canonicalIdentifier(typed)).charCodeAt(0) % lookups_at_once
    const key = `reset ${place}/${connection.tenant_id}/${connection.connection_id}/${connection.version}`
    // The same request twice at once is one request.
    await parts.questions.share(key, typed, () => answerLater(parts, request, typed), countedAddress(request.caller.ip))
  })
}
