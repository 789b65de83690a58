import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'
import type { Db } from '../store/tables.ts'
import { showUsers } from '../users/show-users.ts'
import type { User } from '../users/user.ts'

const metadataOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})

/** The members that `event.user` of an action always has, as at Auth0, once the user exists. There are no second factors. */
export const user_members: JsonObject = { user_metadata: {}, app_metadata: {}, enrolledFactors: [] }

/** `event.user` of an action that runs after a change of the user; undefined where the user was deleted. */
export async function userMember(db: Db, user: User | undefined): Promise<JsonObject | undefined> {
  const [shown] = user ? await showUsers(db, user.tenant_id, [user]) : []
  return shown && { ...user_members, ...(shown as unknown as JsonObject) }
}

/** `event.client` of an action. */
export function clientMember({ client_id, name, data }: Client): JsonObject {
  return { client_id, name, metadata: metadataOf(data['client_metadata']) }
}

/** `event.connection` of an action. */
export function connectionMember({ connection_id, name, strategy, data }: Connection): JsonObject {
  return { id: connection_id, name, strategy, metadata: metadataOf(data['metadata']) }
}

/** The members of `event.request` that every request has. The place of an address is not known: `geoip` is empty. */
export function callerMember({ ip, hostname, user_agent }: Caller): JsonObject {
  return { ip, hostname, user_agent, geoip: {} }
}
