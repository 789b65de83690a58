import { canonicalIn } from '../connections/identifier-rules.ts'
import { requireScripts } from '../connections/script-matrix.ts'
import { Refusal } from '../contract/refusal.ts'
import { legacy_retry_after_s } from './legacy-outage.ts'
import { countRequest, links_per_person } from './request-limit.ts'
import { sendReset, type SendResetDeps } from './request-reset.ts'
import type { ResetRequest } from './reset-request.ts'

/**
 * Mails a link for a new password to an address that is on record, for the help desk. The recipient is found as for a request of the person,
 * also by `get_user`. A limit of its own per address holds, which requests of strangers do not use up.
 *
 * @param request the identifier is the address on record
 * @throws {Refusal} `too_many_requests`; `ticket_unavailable` while the legacy store gives no answer; `invalid_body` where the address is no
 *   longer that of the person, or the mail is turned off; `inexistent_user`; in legacy mode `script_missing` and `plan_required`
 */
export async function sendPersonLink(deps: SendResetDeps, request: ResetRequest): Promise<void> {
  const { tenant, connection, identifier } = request
  if (connection.mode === 'legacy') requireScripts(tenant, connection, 'reset_confirmation')
  const key = `${connection.connection_id}/${canonicalIn(connection, identifier)}`
  if ((await countRequest(deps, tenant.tenant_id, links_per_person, key)) !== 'within') {
    const message = 'Too many links were requested for this address. Try again later.'
    throw new Refusal('too_many_requests', { message })
  }
  const { is_sent, description, reason } = await sendReset(deps, request)
  if (is_sent) return
  if (reason === 'unavailable') throw new Refusal('ticket_unavailable', { retry_after_s: legacy_retry_after_s })
  throw reason === 'unknown' ? new Refusal('inexistent_user') : new Refusal('invalid_body', { message: description })
}
