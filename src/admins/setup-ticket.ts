import type { Clock } from '../base/clock.ts'
import { digestText } from '../base/digest.ts'
import type { Role } from '../contract/roles.ts'
import { insertTicket, type TicketData } from '../login/tickets.ts'
import { readJson } from '../store/json-column.ts'
import type { Db, TicketsTable } from '../store/tables.ts'
import { systemTenant, tenantById, type Tenant, type Site } from '../tenants/tenant.ts'
import { adminOrigin } from './system-tenant.ts'

/** How long a set-up link works, in seconds. */
export const setup_lifetime_s = 86_400

/** The role that a link gives to its user. An invitation names the address, and the owner who sent it. */
export type RoleOffer =
  | { kind: 'admin_setup'; role: 'owner' }
  | { kind: 'admin_invitation'; role: Role; email: string; invited_by: string }

/** The new password that a link of the operator permits to one admin. */
export type PasswordOffer = { kind: 'admin_password'; email: string; user_id: string; connection_id: string }

/** What a link permits to its user. */
export type SetupOffer = RoleOffer | PasswordOffer

/**
 * The state of a set-up link, an invitation or a link for a new password, whose tenant is the system tenant. An `unknown` one was never created
 * here, or was purged, withdrawn or replaced.
 */
export type SetupTicket =
  | { state: 'open'; tenant: Tenant; offer: SetupOffer }
  | { state: 'used' | 'expired'; tenant: Tenant }
  | { state: 'unknown' }

/** The set-up link or the invitation with this secret. */
export function setupLink(admin_url: string, secret: string): string {
  return `${admin_url}u/admin-setup?ticket=${encodeURIComponent(secret)}`
}

/** Creates the secret of a set-up link for an owner of a tenant: it works once, within 24 hours. The store keeps its digest only. */
export async function createSetupTicket(
  { db, clock }: { db: Db; clock: Clock },
  { tenant_id }: Pick<Tenant, 'tenant_id'>,
): Promise<string> {
  const no_user = { connection_id: null, user_id: null, legacy_id: null, email: null }
  const times = { at: clock.now(), lifetime_s: setup_lifetime_s }
  const { secret } = await insertTicket(db, { ...no_user, ...times, tenant_id, kind: 'admin_setup', data: {} })
  return secret
}

/** Creates a set-up link for an owner of a tenant; undefined where there is no admin origin for it. */
export async function createSetupLink(
  deps: { db: Db; clock: Clock; site: Site },
  tenant: Pick<Tenant, 'tenant_id'>,
): Promise<string | undefined> {
  const system = await systemTenant(deps.db)
  const admin_url = system && adminOrigin(system, deps.site.scheme)
  return admin_url && setupLink(admin_url, await createSetupTicket(deps, tenant))
}

type OfferColumns = Pick<TicketsTable, 'kind' | 'data' | 'email' | 'user_id' | 'connection_id'>

function offerOf({ kind, data, email, user_id, connection_id }: OfferColumns): SetupOffer {
  if (kind === 'admin_setup') return { kind, role: 'owner' }
  const named = { email: email ?? '' }
  if (kind === 'admin_password') return { kind, ...named, user_id: user_id ?? '', connection_id: connection_id ?? '' }
  const { role = 'support' } = readJson<TicketData>(data)
  return { kind: 'admin_invitation', role, ...named, invited_by: user_id ?? '' }
}

/** The state of the link with this secret, of any tenant. Reading does not use it. */
export async function readSetupTicket({ db, clock }: { db: Db; clock: Clock }, secret: string): Promise<SetupTicket> {
  const ticket = await db
    .selectFrom('tickets')
    .select(['tenant_id', 'kind', 'data', 'email', 'user_id', 'connection_id', 'expires_at', 'used_at'])
    .where('tenant_id', 'in', db.selectFrom('tenants').select('tenant_id'))
    .where('ticket_digest', '=', digestText(secret))
    .where('kind', 'in', ['admin_setup', 'admin_invitation', 'admin_password'])
    .executeTakeFirst()
  const tenant = ticket && (await tenantById(db, ticket.tenant_id))
  // The system tenant has no admins of its own: only a password is set there.
  if (!tenant || tenant.is_system !== (ticket.kind === 'admin_password')) return { state: 'unknown' }
  if (ticket.used_at !== null) return { state: 'used', tenant }
  if (ticket.expires_at <= clock.now()) return { state: 'expired', tenant }
  return { state: 'open', tenant, offer: offerOf(ticket) }
}
