import { isIP } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../contract/refusal.ts'
import type { UserBlock } from '../contract/user-block.ts'
import { isAddressBlocked, liftAddressBlock, liftBlocks, listBlocks } from '../login/user-blocks.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { userById, type User } from '../users/user.ts'
import type { Handlers } from './handler.ts'
import { userOf } from './user-handlers.ts'

const identifiersOf = (user: User): string[] => [user.email, user.username].filter((name) => name !== null)

/** The identifiers to search for: those of the user if the parameter is a user id, else the parameter itself. */
async function searchedIdentifiers(db: Db, tenant: Tenant, identifier: string): Promise<string[]> {
  const user = await userById(db, tenant.tenant_id, identifier)
  return user ? identifiersOf(user) : [identifier]
}

async function blocksOf(
  deps: { db: Db; clock: Clock },
  tenant: Tenant,
  identifiers: string[],
  only_protected: boolean | undefined,
): Promise<{ blocked_for: UserBlock[] }> {
  const blocked_for = await listBlocks(deps.db, deps.clock, tenant.tenant_id, identifiers)
  if (only_protected !== true || blocked_for.length === 0) return { blocked_for }
  const rows = await deps.db
    .selectFrom('connections')
    .select(['name', 'options'])
    .where('tenant_id', '=', tenant.tenant_id)
    .where('name', 'in', [...new Set(blocked_for.map((block) => block.connection))])
    .execute()
  const unprotected = new Set(
    rows.filter((row) => /"brute_force_protection":false/.test(row.options)).map((row) => row.name),
  )
  return { blocked_for: blocked_for.filter((block) => !unprotected.has(block.connection)) }
}

async function lift(
  deps: { db: Db; clock: Clock },
  tenant: Tenant,
  identifiers: string[],
  caller: Caller,
): Promise<null> {
  await liftBlocks(deps.db, tenant.tenant_id, identifiers)
  const [user_name = ''] = identifiers
  await recordEvent(deps.db, tenant.tenant_id, deps.clock.now(), {
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

/** Operations on locked identifiers and addresses. */
export function userBlockHandlers(deps: { db: Db; clock: Clock }) {
  return {
    listBlocksByIdentifier: async ({ tenant, query }) =>
      await blocksOf(
        deps,
        tenant,
        await searchedIdentifiers(deps.db, tenant, query.identifier),
        query.consider_brute_force_enablement,
      ),

    liftBlocksByIdentifier: async ({ tenant, query, caller }) =>
      await lift(deps, tenant, await searchedIdentifiers(deps.db, tenant, query.identifier), caller),

    async listBlocksOfUser({ tenant, params, query }) {
      const user = await userOf(deps.db, tenant, params.id)
      return await blocksOf(deps, tenant, identifiersOf(user), query.consider_brute_force_enablement)
    },

    liftBlocksOfUser: async ({ tenant, params, caller }) =>
      await lift(deps, tenant, identifiersOf(await userOf(deps.db, tenant, params.id)), caller),

    async getAddressBlock({ tenant, params }) {
      requireAddress(params.ip)
      if (await isAddressBlocked(deps.db, deps.clock, tenant.tenant_id, params.ip)) return null
      throw new Refusal('not_found', { message: 'The address is not locked.' })
    },

    async liftAddressBlock({ tenant, params }) {
      requireAddress(params.ip)
      await liftAddressBlock(deps.db, tenant.tenant_id, params.ip)
      return null
    },
  } satisfies Partial<Handlers>
}
