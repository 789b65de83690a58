import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { isoTime } from '../base/time.ts'
import { Refusal } from '../contract/refusal.ts'
import type { RefreshToken } from '../contract/refresh-token.ts'
import { listTokenFamilies, tokenFamilyById, type ListedTokenFamily } from '../store/list-refresh-tokens.ts'
import { revokeTokenFamily, revokeTokensOfUser } from '../store/refresh-tokens.ts'
import type { Db } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Handlers } from './handler.ts'
import { checkpointAnswer, checkpointOf } from './paging.ts'
import { userOf } from './user-handlers.ts'

const timeOrNone = (at: number | null): string | undefined => (at === null ? undefined : isoTime(at))

function showFamily(family: ListedTokenFamily): RefreshToken {
  const { family_id, user_id, client_id, client_name, connection, session_id, audience, scope } = family
  return {
    id: family_id,
    user_id,
    client_id,
    client_name,
    connection,
    created_at: isoTime(family.created_at),
    ...defined({
      session_id: session_id ?? undefined,
      expires_at: timeOrNone(family.expires_at),
      last_exchanged_at: timeOrNone(family.last_used_at),
    }),
    resource_servers: [{ ...defined({ audience: audience ?? undefined }), scopes: scope }],
  }
}

/** Operations on the refresh tokens of users. A token with all that replaced it is one: its family. */
export function refreshTokenHandlers({ db, clock }: { db: Db; clock: Clock }) {
  const requireFamily = async (tenant_id: string, id: string): Promise<ListedTokenFamily> => {
    const family = await tokenFamilyById(db, tenant_id, id, clock.now())
    if (!family) throw new Refusal('inexistent_refresh_token')
    return family
  }
  return {
    async listUserRefreshTokens({ tenant, params, query }) {
      const { user_id, tenant_id } = await userOf(db, tenant, params.id)
      const part = await listTokenFamilies(db, { tenant_id, user_id }, checkpointOf(query), clock.now())
      return checkpointAnswer('tokens', { ...part, items: part.items.map(showFamily) })
    },

    async deleteUserRefreshTokens({ tenant, params }) {
      const { user_id, tenant_id } = await userOf(db, tenant, params.id)
      await inTransaction(db, (trx) => revokeTokensOfUser(trx, tenant_id, user_id, 'administrator', clock.now()))
      return null
    },

    getRefreshToken: async ({ tenant, params }) => showFamily(await requireFamily(tenant.tenant_id, params.id)),

    async deleteRefreshToken({ tenant, params }) {
      const { family_id, tenant_id } = await requireFamily(tenant.tenant_id, params.id)
      await revokeTokenFamily(db, tenant_id, family_id, 'administrator', clock.now())
      return null
    },
  } satisfies Partial<Handlers>
}
