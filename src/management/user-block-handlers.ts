import { isIP } from 'node:net'
import { Refusal } from '../contract/refusal.ts'
import type { UserBlock } from '../contract/user-block.ts'
import { isAddressBlocked, liftAddressBlock, liftBlocks, listBlocks } from '../login/shield.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { userById, type User } from '../users/user.ts'
import type { Handlers } from './handler.ts'
import type { ManagementParts } from './management-parts.ts'

const identifiersOf = (user: User): string[] => [user.email, user.username].filter((name) => name !== null)

async function userOf(parts: ManagementParts, tenant: Tenant, id: string): Promise<User> {
  const user = await userById(parts.db, tenant.tenant_id, id)
  if (!user) throw new Refusal('inexistent_user')
  return user
}

/** An identifier may be a user's id as well: then the user's own identifiers are meant. */
async function meant(parts: ManagementParts, tenant: Tenant, identifier: string): Promise<string[]> {
  const user = await userById(parts.db, tenant.tenant_id, identifier)
  return user ? identifiersOf(user) : [identifier]
}

async function blocksOf(
  parts: ManagementParts,
  tenant: Tenant,
  identifiers: string[],
  only_protected: boolean | undefined,
): Promise<{ blocked_for: UserBlock[] }> {
  const blocked_for = await listBlocks(parts.db, parts.clock, tenant.tenant_id, identifiers)
  if (only_protected !== true || blocked_for.length === 0) return { blocked_for }
  const rows = await parts.db
    .selectFrom('connections')
    .select(['name', 'options'])
    .where('tenant_id', '=', tenant.tenant_id)
    .where('name', 'in', [...new Set(blocked_for.map((block) => block.connection))])
    .execute()
  const open = new Set(rows.filter((row) => /"brute_force_protection":false/.test(row.options)).map((row) => row.name))
  return { blocked_for: blocked_for.filter((block) => !open.has(block.connection)) }
}

async function lift(parts: ManagementParts, tenant: Tenant, identifiers: string[], caller: Caller): Promise<null> {
  await liftBlocks(parts.db, tenant.tenant_id, identifiers)
  const [user_name = ''] = identifiers
  await recordEvent(parts.db, tenant.tenant_id, parts.clock.now(), {
    type: 'ublkdu',
    description: 'User unblocked',
    user_name,
    caller,
  })
  return null
}

function requireAddress(ip: string): void {
  if (isIP(ip) !== 0) return
  const message = `Path validation error: 'Object didn't pass validation for format ip-address' on property ip (IPv4 or IPv6 address).`
  throw new Refusal('invalid_uri', { message })
}

/** Operations on locked logins and addresses. */
export const userBlockHandlers = {
  listBlocksByIdentifier: async (parts, { tenant, query }) =>
    await blocksOf(parts, tenant, await meant(parts, tenant, query.identifier), query.consider_brute_force_enablement),

  liftBlocksByIdentifier: async (parts, { tenant, query, caller }) =>
    await lift(parts, tenant, await meant(parts, tenant, query.identifier), caller),

  async listBlocksOfUser(parts, { tenant, params, query }) {
    const user = await userOf(parts, tenant, params.id)
    return await blocksOf(parts, tenant, identifiersOf(user), query.consider_brute_force_enablement)
  },

  liftBlocksOfUser: async (parts, { tenant, params, caller }) =>
    await lift(parts, tenant, identifiersOf(await userOf(parts, tenant, params.id)), caller),

  async getAddressBlock(parts, { tenant, params }) {
    requireAddress(params.ip)
    if (await isAddressBlocked(parts.db, parts.clock, tenant.tenant_id, params.ip)) return null
    throw new Refusal('not_found', { message: 'The address is not locked.' })
  },

  async liftAddressBlock(parts, { tenant, params }) {
    requireAddress(params.ip)
    await liftAddressBlock(parts.db, tenant.tenant_id, params.ip)
    return null
  },
} satisfies Partial<Handlers>
