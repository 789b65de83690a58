import { defined } from '../base/defined.ts'
import type { LogType } from '../contract/log-types.ts'
import type { NewLogEvent } from '../logs/record-event.ts'
import { shownName } from '../users/user.ts'
import type { Authorization } from './authorization.ts'
import type { GrantLogs, TokenRequest } from './token-request.ts'

/** The members that the log events of a successful and of a refused token request have in common. */
export function requestEvent(logs: GrantLogs, { client, caller }: TokenRequest, type: LogType): NewLogEvent {
  return { type, description: logs.exchange, client_id: client.client_id, client_name: client.name, caller }
}

/** The log event of a successful token request. */
export function tokenIssuedEvent(
  logs: GrantLogs,
  request: TokenRequest,
  { subject, resource_server, scope }: Authorization,
  connection?: { connection_id: string; name?: string },
): NewLogEvent {
  const user = subject.kind === 'user' ? subject.user : undefined
  return {
    ...requestEvent(logs, request, logs.success),
    scope: scope.join(' '),
    ...defined({
      audience: resource_server?.identifier,
      user_id: user?.user_id,
      user_name: user && shownName(user),
      connection_id: connection?.connection_id,
      connection: connection?.name,
    }),
  }
}
