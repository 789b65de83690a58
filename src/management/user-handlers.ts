import { canonicalIdentifier } from '../base/canonical-identifier.ts'
import type { JsonObject } from '../base/json.ts'
import { connectionByRealm, type Connection } from '../connections/connection.ts'
import { Refusal } from '../contract/refusal.ts'
import type { User as ShownUser } from '../contract/user.ts'
import { createUser, type CreateUserDeps } from '../login/create-user.ts'
import { deleteUser, type DeleteUserDeps } from '../login/delete-user.ts'
import { updateUser, type UpdateUserDeps } from '../login/update-user.ts'
import type { Searches } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { listUsers, usersByEmail } from '../users/list-users.ts'
import { showUsers } from '../users/show-users.ts'
import { userById, type User } from '../users/user.ts'
import { requireScope } from './authorize-route.ts'
import type { Handlers } from './handler.ts'
import { listAnswer, reachablePageOf } from './paging.ts'
import { shownDocuments } from './project-fields.ts'
import { requireOwner } from './role-limits.ts'

/** The user of a path parameter. @throws {Refusal} `inexistent_user` */
export async function userOf(db: Db, tenant: Tenant, id: string): Promise<User> {
  const user = await userById(db, tenant.tenant_id, id)
  if (!user) throw new Refusal('inexistent_user')
  return user
}

async function showOne(db: Db, user: User): Promise<ShownUser> {
  const [one] = await showUsers(db, user.tenant_id, [user])
  if (!one) throw new Refusal('inexistent_user')
  return one
}

async function connectionByName(db: Db, tenant: Tenant, name: string): Promise<Connection> {
  const connection = await connectionByRealm(db, tenant.tenant_id, name)
  if (connection?.name !== name) throw new Refusal('invalid_body', { message: 'Connection does not exist.' })
  return connection
}

/** Operations on users. */
export function userHandlers(deps: CreateUserDeps & UpdateUserDeps & DeleteUserDeps & { searches: Searches }) {
  return {
    async listUsers({ tenant, query }) {
      const { include_totals, connection: name, arrived_through, q, sort } = query
      if (query.search_engine !== undefined && query.search_engine !== 'v3') {
        const message = `You are not allowed to use search_engine=${query.search_engine}.`
        throw new Refusal('invalid_query_string', { message })
      }
      const connection = name === undefined ? undefined : await connectionByRealm(deps.db, tenant.tenant_id, name)
      if (name !== undefined && connection?.name !== name) return listAnswer('users', query, { items: [], total: 0 })
      const found = await listUsers(deps, tenant.tenant_id, {
        page: reachablePageOf(query),
        include_total: include_totals === true,
        documents: shownDocuments(query),
        ...(q === undefined ? {} : { search: q }),
        ...(sort === undefined ? {} : { sort }),
        ...(arrived_through === undefined ? {} : { arrived_through }),
        ...(connection === undefined ? {} : { connection_id: connection.connection_id }),
      })
      return listAnswer('users', query, { ...found, items: await showUsers(deps.db, tenant.tenant_id, found.items) })
    },

    async createUser({ tenant, token, body, caller }) {
      const { connection: name, user_metadata, app_metadata, ...fields } = body
      const connection = await connectionByName(deps.db, tenant, name)
      const user = await createUser(deps, {
        tenant,
        connection,
        caller,
        client_id: token.client_id,
        fields: {
          ...fields,
          ...(user_metadata === undefined ? {} : { user_metadata: user_metadata as JsonObject }),
          ...(app_metadata === undefined ? {} : { app_metadata: app_metadata as JsonObject }),
        },
      })
      return await showOne(deps.db, user)
    },

    getUser: async ({ tenant, params }) => await showOne(deps.db, await userOf(deps.db, tenant, params.id)),

    async updateUser({ tenant, token, params, body, caller }) {
      const changes_more = Object.keys(body).some((name) => name !== 'app_metadata')
      if (changes_more) requireScope(token, ['update:users'])
      return await showOne(deps.db, await updateUser(deps, { tenant, user_id: params.id, change: body, caller }))
    },

    async deleteUser({ tenant, token, params, query, caller }) {
      const local_only = query.local_only === true
      if (local_only) requireOwner(token, 'local_only')
      await deleteUser(deps, { tenant, user_id: params.id, caller, local_only })
      return null
    },

    async listUsersByEmail({ tenant, query }) {
      const users = await usersByEmail(
        deps.db,
        tenant.tenant_id,
        canonicalIdentifier(query.email),
        shownDocuments(query),
      )
      return await showUsers(deps.db, tenant.tenant_id, users)
    },
  } satisfies Partial<Handlers>
}
