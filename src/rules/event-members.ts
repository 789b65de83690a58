import { isJsonObject, type JsonObject } from '../base/json.ts'
import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller } from '../logs/record-event.ts'

const metadataOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {})

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
