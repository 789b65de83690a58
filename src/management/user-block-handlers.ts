import { isIP } from 'node:net'
import type { Clock } from '../base/clock.ts'
import { connectionById } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import { isoTime } from '../base/time.ts'
import type { UserBlock } from '../contract/user-block.ts'
import {
  isAddressBlocked,
  liftAddressBlock,
  liftBlocks,
  listAddressBlocks,
  listBlocks,
  namesOfUser,
  type Block,
  type LockedNames,
} from '../login/user-blocks.ts'
import { recordEvent, type Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { rootId, userById, type User } from '../users/user.ts'
import type { Handlers } from './handler.ts'
import { userOf } from './user-handlers.ts'

/** The names of each identity of a user. */
async function namesOf(db: Db, tenant: Tenant, user: User): Promise<LockedNames[]> {
  const names: LockedNames[] = []
  for (const identity of user.identities) {
    const connection = await connectionById(db, tenant.tenant_id, identity.connection_id)
    if (connection) names.push(await namesOfUser(db, connection, rootId(identity)))
  }
  return names
}

/** The names to search for: those of the user if the parameter is a user id, else the parameter itself. */
async function searchedNames(db: Db, tenant: Tenant, identifier: string): Promise<LockedNames[]> {
  const user = await userById(db, tenant.tenant_id, identifier)
  return user ? await namesOf(db, tenant, user) : [{ identifiers: [identifier] }]
}

async function blocksOf(
  deps: { db: Db; clock: Clock },
  tenant: Tenant,
  names: readonly LockedNames[],
  only_protected: boolean | undefined,
): Promise<{ blocked_for: UserBlock[] }> {
  const blocked_for: Block[] = []
  for (const each of names) blocked_for.push(...(await listBlocks(deps.db, deps.clock, tenant, each)))
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
  names: readonly LockedNames[],
  caller: Caller,
): Promise<null> {
  for (const each of names) await liftBlocks(deps.db, tenant.tenant_id, each)
  const [user_name = ''] = names.flatMap(({ identifiers }) => identifiers)
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
        await searchedNames(deps.db, tenant, query.identifier),
        query.consider_brute_force_enablement,
      ),

    liftBlocksByIdentifier: async ({ tenant, query, caller }) =>
      await lift(deps, tenant, await searchedNames(deps.db, tenant, query.identifier), caller),

    async listBlocksOfUser({ tenant, params, query }) {
      const user = await userOf(deps.db, tenant, params.id)
      return await blocksOf(deps, tenant, await namesOf(deps.db, tenant, user), query.consider_brute_force_enablement)
    },

    liftBlocksOfUser: async ({ tenant, params, caller }) =>
      await lift(deps, tenant, await namesOf(deps.db, tenant, await userOf(deps.db, tenant, params.id)), caller),

    async listAddressBlocks({ tenant }) {
      const blocked = await listAddressBlocks(deps.db, deps.clock, tenant)
      return { blocked_ips: blocked.map(({ ip, expires_at }) => ({ ip, expires_at: isoTime(expires_at) })) }
    },

    async getAddressBlock({ tenant, params }) {
      requireAddress(params.ip)
      if (await isAddressBlocked(deps.db, deps.clock, tenant, params.ip)) return null
      throw new Refusal('not_found', { message: 'The address is not locked.' })
    },

    async liftAddressBlock({ tenant, params }) {
      requireAddress(params.ip)
      await liftAddressBlock(deps.db, tenant.tenant_id, params.ip)
      return null
    },
  } satisfies Partial<Handlers>
}
