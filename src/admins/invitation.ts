import type { Clock } from '../base/clock.ts'
import { newPrefixedId } from '../base/ids.ts'
import { day_ms } from '../base/time.ts'
import type { Language } from '../base/message.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Role } from '../contract/roles.ts'
import { countRequest, type RequestLimit } from '../login/request-limit.ts'
import { insertTicket, type TicketData } from '../login/tickets.ts'
import { queueMail, type MailSealer } from '../mail/outbox.ts'
import { invitationMail } from '../mail/write-mail.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, TicketsTable, Transaction } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { issuerOf, type Site, type Tenant } from '../tenants/tenant.ts'
import { checkedAddress } from './admin-address.ts'
import { setupLink } from './setup-ticket.ts'
import { shownTenantName } from './shown-tenant-name.ts'
import { adminConnection } from './system-tenant.ts'

/** An invitation that is open. Times are epoch milliseconds. */
export type Invitation = {
  id: string
  email: string
  role: Role
  invited_by: string
  created_at: number
  expires_at: number
}

/** An invitation that was just created. `link`: only where the operator has set no mail server, and so the owner hands the link over. */
export type CreatedInvitation = Invitation & { link?: string }

/** The dependencies of `invite`. `has_mail_server`: whether the operator has set one. */
export type InviteDeps = { db: Db; clock: Clock; sealer: MailSealer; site: Site; has_mail_server: boolean }

const lifetime_s = 604_800
const open_max = 100

/** Invitations that are mailed to one address. */
const invitations_per_address: RequestLimit = { kind: 'invitation/address', max: 10, window_ms: 3_600_000 }

/** Invitations of one tenant, also of those that were withdrawn: the operator's mail server sends them. */
const invitations_per_tenant: RequestLimit = { kind: 'invitation/tenant', max: 100, window_ms: day_ms }

function invitationFromRow({ data, email, user_id, created_at, expires_at }: InvitationRow): Invitation {
  const { invitation_id: id = '', role = 'support' } = readJson<TicketData>(data)
  return { id, email: email ?? '', role, invited_by: user_id ?? '', created_at, expires_at }
}

type InvitationRow = Pick<TicketsTable, 'ticket_digest' | 'data' | 'email' | 'user_id' | 'created_at' | 'expires_at'>

/** The rows of the open invitations of a tenant, newest first. Only tickets for admins name the connection of the admins. */
async function openRows(
  db: Db,
  { tenant_id, connection_id, now }: { tenant_id: string; connection_id: string; now: number },
): Promise<InvitationRow[]> {
  return await db
    .selectFrom('tickets')
    .select(['ticket_digest', 'data', 'email', 'user_id', 'created_at', 'expires_at'])
    .where('tenant_id', '=', tenant_id)
    .where('connection_id', '=', connection_id)
    .where('kind', '=', 'admin_invitation')
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute()
}

async function deleteRow(trx: Transaction, tenant_id: string, ticket_digest: string): Promise<void> {
  await trx
    .deleteFrom('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('ticket_digest', '=', ticket_digest)
    .execute()
}

/** The open invitations of a tenant, newest first. */
export async function listInvitations(
  { db, clock }: { db: Db; clock: Clock },
  system: Tenant,
  tenant_id: string,
): Promise<Invitation[]> {
  const { connection_id } = await adminConnection(db, system)
  return (await openRows(db, { tenant_id, connection_id, now: clock.now() })).map(invitationFromRow)
}

/** Ends the open invitations that an admin sent in a tenant. */
export async function endInvitationsOf(trx: Transaction, tenant_id: string, user_id: string): Promise<void> {
  await trx
    .deleteFrom('tickets')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('kind', '=', 'admin_invitation')
    .execute()
}

/** Withdraws an open invitation. @throws {Refusal} `inexistent_invitation` */
export async function withdrawInvitation(
  { db, clock }: { db: Db; clock: Clock },
  system: Tenant,
  tenant_id: string,
  id: string,
): Promise<void> {
  const { connection_id } = await adminConnection(db, system)
  await inTransaction(db, async (trx) => {
    const rows = await openRows(trx, { tenant_id, connection_id, now: clock.now() })
    const row = rows.find((each) => invitationFromRow(each).id === id)
    if (!row) throw new Refusal('inexistent_invitation')
    await deleteRow(trx, tenant_id, row.ticket_digest)
  })
}

async function requireNoAdmin(trx: Transaction, tenant: Tenant, system: Tenant, email: string): Promise<void> {
  const found = await trx
    .selectFrom('tenant_admins')
    .innerJoin('users', 'users.user_id', 'tenant_admins.user_id')
    .select('users.user_id')
    .where('tenant_admins.tenant_id', '=', tenant.tenant_id)
    .where('users.tenant_id', '=', system.tenant_id)
    .where('users.email_lower', '=', email)
    .executeTakeFirst()
  if (found) throw new Refusal('admin_exists')
}

/**
 * Requires that the link of an invitation reaches the invited person alone: by the operator's mail server. Without one, only the owners of
 * the default tenant, which is the operator's own, hand links over themselves.
 */
function requireDelivery({ has_mail_server }: InviteDeps, { is_default, name }: Tenant): void {
  if (has_mail_server || is_default) return
  const message = `This server has no mail server, so that invitations cannot be mailed. The operator of the server can print a link that makes an owner of this tenant: wherry admin-link --tenant ${name}`
  throw new Refusal('no_mail_server', { message })
}

async function countInvitation(deps: InviteDeps, tenant_id: string, email: string): Promise<void> {
  const tooMany = (message: string): Refusal => new Refusal('too_many_requests', { message })
  if ((await countRequest(deps, tenant_id, invitations_per_address, email)) !== 'within') {
    throw tooMany('Too many invitations were created for this address. Try again later.')
  }
  if ((await countRequest(deps, tenant_id, invitations_per_tenant, '')) !== 'within') {
    throw tooMany('The tenant has created 100 invitations in a day, which is the most. Try again tomorrow.')
  }
}

/** Input for inviting an admin. `invited_by`: the id of an owner. */
export type NewInvitation = {
  system: Tenant
  tenant: Tenant
  email: string
  role: Role
  invited_by: string
  language: Language
}

/**
 * Invites an admin of a tenant: mails a link that works once, for 7 days. An earlier open invitation of the address ends. The mail belongs
 * to the system tenant, so that the operator's mail server sends it, and no admin or client of the inviting tenant reads the link: the
 * person who opens it has the address. Where the operator has set no mail server, the owner of the default tenant gets the link instead.
 *
 * @throws {Refusal} `invalid_body` for an invalid address, `no_mail_server`, `admin_exists`, `too_many_requests`, `too_many_invitations`
 */
export async function invite(deps: InviteDeps, invitation: NewInvitation): Promise<CreatedInvitation> {
  const { db, clock, sealer, site, has_mail_server } = deps
  const { system, tenant, role, invited_by, language } = invitation
  const { tenant_id } = tenant
  const email = checkedAddress(invitation.email)
  requireDelivery(deps, tenant)
  await countInvitation(deps, tenant_id, email)
  const { connection_id } = await adminConnection(db, system)
  return await inTransaction(db, async (trx) => {
    const at = clock.now()
    await requireNoAdmin(trx, tenant, system, email)
    const open = await openRows(trx, { tenant_id, connection_id, now: at })
    const earlier = open.filter((row) => row.email === email)
    for (const { ticket_digest } of earlier) await deleteRow(trx, tenant_id, ticket_digest)
    if (open.length - earlier.length >= open_max) throw new Refusal('too_many_invitations')
    const id = newPrefixedId('inv')
    const { secret, expires_at } = await insertTicket(trx, {
      tenant_id,
      kind: 'admin_invitation',
      connection_id,
      user_id: invited_by,
      legacy_id: null,
      email,
      data: { invitation_id: id, role, language },
      at,
      lifetime_s,
    })
    const created = { id, email, role, invited_by, created_at: at, expires_at }
    const link = setupLink(issuerOf(system, site.scheme), secret)
    if (!has_mail_server) return { ...created, link }
    const mail = invitationMail({ language, tenant_name: shownTenantName(tenant), link, email, lifetime_s })
    await queueMail(trx, sealer, { tenant_id: system.tenant_id, to: email, ...mail, created_at: at, expires_at })
    return created
  })
}
