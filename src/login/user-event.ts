import type { Client } from '../clients/client.ts'
import type { Connection } from '../connections/connection.ts'
import type { Caller, NewLogEvent } from '../logs/record-event.ts'

/** The members of a log event that name the connection, the client, the user (as typed or by address) and the caller. */
export function userEvent(
  { connection, client, caller }: { connection: Connection; client?: Client; caller: Caller },
  user_name: string,
): Omit<NewLogEvent, 'type'> {
  return {
    connection_id: connection.connection_id,
    connection: connection.name,
    ...(client === undefined ? {} : { client_id: client.client_id, client_name: client.name }),
    user_name,
    strategy: connection.strategy,
    strategy_type: 'database',
    caller,
  }
}
