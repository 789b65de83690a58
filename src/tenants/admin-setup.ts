import { canonicalIdentifier } from '../base/canonical.ts'
import type { Clock } from '../base/clock.ts'
import { sha256 } from '../base/digest.ts'
import { newPrefixedId, newTicketSecret } from '../base/ids.ts'
import { Refusal } from '../contract/refusal.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import { checkPasswordLength, type Passwords } from '../passwords/passwords.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from './tenant.ts'

/** How long a set-up link works, in seconds. */
export const admin_setup_lifetime_s = 86_400

/** The fewest characters that an admin's password may have. */
export const admin_password_min = 12

/** What became of a set-up link. `unknown` was never made here, or was purged. */
export type AdminSetupState = 'open' | 'used' | 'expired' | 'unknown'

/** One rule for an admin's password, and whether the password keeps it. */
export type AdminPasswordRule = { message: string; verified: boolean }

/** Makes a set-up link's secret: it works once, within 24 hours. The store keeps its digest only. */
export async function makeAdminSetupTicket(db: Db, clock: Clock, tenant_id: string): Promise<string> {
  const secret = newTicketSecret()
  const now = clock.now()
  await db
    .insertInto('tickets')
    .values({
      tenant_id,
      ticket_digest: sha256(secret),
      kind: 'admin_setup',
      connection_id: null,
      user_id: null,
      legacy_id: null,
      email: null,
      data: '{}',
      created_at: now,
      expires_at: now + admin_setup_lifetime_s * 1000,
      used_at: null,
    })
    .execute()
  return secret
}

/** What became of the link with this secret. Reading changes nothing. */
export async function readAdminSetupTicket(
  db: Db,
  clock: Clock,
  tenant_id: string,
  secret: string,
): Promise<AdminSetupState> {
  const row = await db
    .selectFrom('tickets')
    .select(['expires_at', 'used_at'])
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', sha256(secret))
    .where('kind', '=', 'admin_setup')
    .executeTakeFirst()
  if (!row) return 'unknown'
  if (row.used_at !== null) return 'used'
  return row.expires_at > clock.now() ? 'open' : 'expired'
}

/** The rules for an admin's password, each with whether `password` keeps it. */
export function adminPasswordRules(email: string, password: string): AdminPasswordRule[] {
  const lower = password.toLowerCase()
  const address = canonicalIdentifier(email)
  return [
    {
      message: `At least ${admin_password_min} characters`,
      verified: Array.from(password).length >= admin_password_min,
    },
    { message: 'Not your e-mail address', verified: address === '' || !lower.includes(address) },
    { message: 'At least 5 different characters', verified: new Set(password).size >= 5 },
  ]
}

/** Whether the text has the form of an e-mail address, at most 254 characters. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>(),;:"\\[\]\p{C}]+@[^\s@<>(),;:"\\[\]\p{C}]+$/u.test(text)
}

/**
 * Makes the admin and spends the link, both or neither: of several that use one link at once, one succeeds. An
 * admin whose address is known already gets the new password.
 *
 * @throws {Refusal} `invalid_body` for what is no e-mail address, `weak_password` (`adminPasswordRules` says why),
 *   `password_too_long`, and `ticket_invalid` when the link is spent, ended or unknown
 */
export async function completeAdminSetup(
  parts: { db: Db; clock: Clock; passwords: Passwords },
  setup: { tenant: Tenant; secret: string; email: string; password: string; caller: Caller },
): Promise<{ admin_id: string; email: string }> {
  const { db, clock } = parts
  const { tenant_id } = setup.tenant
  const email = canonicalIdentifier(setup.email)
  if (!isEmailAddress(email)) throw new Refusal('invalid_body', { message: 'This is not an e-mail address.' })
  checkPasswordLength(setup.password)
  const rules = adminPasswordRules(email, setup.password)
  if (rules.some((rule) => !rule.verified)) {
    throw new Refusal('weak_password', { message: 'Please choose a stronger password.' })
  }
  if ((await readAdminSetupTicket(db, clock, tenant_id, setup.secret)) !== 'open') throw new Refusal('ticket_invalid')
  const { hash: password_hash } = await parts.passwords.hash(setup.password)
  const admin_id = await inTransaction(db, async (trx) => {
    const now = clock.now()
    const spent = await trx
      .updateTable('tickets')
      .set({ used_at: now })
      .where('tenant_id', '=', tenant_id)
      .where('ticket_digest', '=', sha256(setup.secret))
      .where('kind', '=', 'admin_setup')
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('ticket_digest')
      .executeTakeFirst()
    if (!spent) throw new Refusal('ticket_invalid')
    const admin = await trx
      .insertInto('admins')
      .values({
        tenant_id,
        admin_id: newPrefixedId('adm'),
        email_lower: email,
        password_hash,
        role: 'owner',
        created_at: now,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'email_lower']).doUpdateSet({ password_hash }))
      .returning('admin_id')
      .executeTakeFirstOrThrow()
    await recordEvent(trx, tenant_id, now, {
      type: 'sapi',
      description: 'An admin was set up with a set-up link',
      user_name: email,
      details: { admin_id: admin.admin_id },
      caller: setup.caller,
    })
    return admin.admin_id
  })
  return { admin_id, email }
}
