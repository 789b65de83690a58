import type { NewLogEvent } from '../logs/record-event.ts'
import type { Authorization } from './authorization.ts'
import type { GrantLogs, TokenRequest } from './token-request.ts'

/** The members that the log events of a successful and of a refused token request have in common. */
export function requestEvent(logs: GrantLogs, { client, caller }: TokenRequest, type: string): NewLogEvent {
  return { type, description: logs.exchange, client_id: client.client_id, client_name: client.name, caller }
}

/** The log event of a successful token request. */
export function exchangeEvent(
  logs: GrantLogs,
  request: TokenRequest,
  { subject, resource_server, scope }: Authorization,
  connection?: { connection_id: string; name?: string },
): NewLogEvent {
  return {
    ...requestEvent(logs, request, logs.success),
    ...(resource_server ? { audience: resource_server.identifier } : {}),
    scope: scope.join(' '),
    ...(subject.kind === 'user'
      ? {
          user_id: subject.user.user_id,
          user_name: subject.user.email ?? subject.user.username ?? subject.user.user_id,
        }
      : {}),
    ...(connection === undefined ? {} : { connection_id: connection.connection_id }),
    ...(connection?.name === undefined ? {} : { connection: connection.name }),
  }
}
