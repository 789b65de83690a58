import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import { insertTicket, invalidateTickets } from '../login/tickets.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { systemTenant, type Site } from '../tenants/tenant.ts'
import { findCredential } from '../users/find-credential.ts'
import { checkedAddress } from './admin-address.ts'
import { setupLink, setup_lifetime_s } from './setup-ticket.ts'
import { adminConnection, adminOrigin } from './system-tenant.ts'

/**
 * Creates a link by which an admin of any tenants chooses a new password, once, within 24 hours; the roles stay. Earlier ones of the admin
 * end. Nothing but the link proves the address: the operator gives it to the holder alone. Undefined where there is no admin origin for it.
 *
 * @throws {Refusal} `invalid_body` for an invalid address, `inexistent_user` where no admin has it
 */
export async function createPasswordLink(
  { db, clock, site }: { db: Db; clock: Clock; site: Site },
  address: string,
): Promise<string | undefined> {
  const system = await systemTenant(db)
  const admin_url = system && adminOrigin(system, site.scheme)
  if (!system || admin_url === undefined) return undefined
  const { tenant_id } = system
  const email = checkedAddress(address)
  const { connection_id } = await adminConnection(db, system)
  const found = await findCredential(db, tenant_id, connection_id, email)
  if (!found) throw new Refusal('inexistent_user', { message: `There is no admin with the address ${email}.` })
  const { user_id } = found
  const ticket = {
    tenant_id,
    kind: 'admin_password',
    connection_id,
    user_id,
    legacy_id: null,
    email,
    data: {},
  } as const
  const { secret } = await inTransaction(db, async (trx) => {
    await invalidateTickets(trx, tenant_id, user_id)
    return await insertTicket(trx, { ...ticket, at: clock.now(), lifetime_s: setup_lifetime_s })
  })
  return setupLink(admin_url, secret)
}
