import type { EgressFailure } from '../sandbox/egress-types.ts'
import type { ScriptError } from '../sandbox/script-types.ts'

/** An outage of the legacy store, as an outcome. */
export type Outage = 'legacy_unreachable' | 'legacy_timeout'

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EGRESS_REFUSED',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ECONNCLOSED',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ESOCKET',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // AWS SDK 2 and amazon-cognito-identity-js.
  'NetworkingError',
  'NetworkError',
  'TooManyRequestsException',
  'ThrottlingException',
  // neo4j-driver.
  'ServiceUnavailable',
  'SessionExpired',
])
const timeoutCodes = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_QUERY_TIMEOUT',
  'ETIMEOUT',
  'ETIME',
  'UND_ERR_ABORTED',
  'ERR_CANCELED',
  'ABORT_ERR',
  '57014',
])
// SQLSTATE class 08: connection exceptions.
const connectionException = /^08...$/
// The classes of errors of MongoDB's driver and of ldapjs.
const unreachableNames = new Set(['MongoServerSelectionError', 'MongoNetworkError', 'BusyError', 'UnavailableError'])
const timeoutNames = new Set(['TimeoutError', 'AbortError', 'MongoNetworkTimeoutError', 'TimeLimitExceededError'])
// A database of PostgreSQL that is closed for maintenance. Its code, 55000, has other causes, too, which are mistakes of a statement.
const closedDatabase = /^database ".*" is not currently accepting connections$/
// Errors without a code of their own: node-postgres, for a lost connection and two of its time limits; mysql2, for a closed pooled
// connection; ldapjs; axios and node-fetch, for a body that was cut and a response that did not come in time.
const lostConnection =
  /^(Connection terminated|Can't add new command when connection is in closed state|connection unavailable$|stream has been aborted|terminated$)/
const driverTimeout =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|connection timeout$|network timeout at: |Response timeout while trying to fetch|timeout of \d+ms exceeded)/
// A server that cannot serve the request now (RFC 9110 section 15.6, RFC 6585 section 4).
const unreachableStatuses = new Set([429, 502, 503])
const gateway_timeout = 504
const mistakes = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'])

/**
 * Classifies a script's error as an outage of the legacy store, by the error codes of drivers and of the system and by the HTTP status of
 * a response. Undefined for an error of the script itself.
 *
 * @param failures the connections that failed during the call
 */
export function classifyScriptError(error: ScriptError, failures: EgressFailure[]): Outage | undefined {
  for (const code of [error.code, error.cause_code]) {
    if (code === undefined) continue
    if (unreachableCodes.has(code) || connectionException.test(code)) return 'legacy_unreachable'
    if (timeoutCodes.has(code)) return 'legacy_timeout'
  }
  if (error.status === gateway_timeout || timeoutNames.has(error.name) || driverTimeout.test(error.message)) {
    return 'legacy_timeout'
  }
  if (error.status !== undefined && unreachableStatuses.has(error.status)) return 'legacy_unreachable'
  if (unreachableNames.has(error.name) || closedDatabase.test(error.message)) return 'legacy_unreachable'
  // A failed connection does not explain a mistake in the script.
  if (mistakes.has(error.name) && !lostConnection.test(error.message)) return undefined
  if (lostConnection.test(error.message) || failures.length > 0) {
    return failures.some((failure) => timeoutCodes.has(failure.code)) ? 'legacy_timeout' : 'legacy_unreachable'
  }
  return undefined
}
