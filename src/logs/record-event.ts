/** Logs: records, lists and searches log events. It does not interpret events: callers choose the type and the details. */
import type { JsonObject } from '../base/json.ts'
import { isoTime } from '../base/time.ts'
import type { LogType } from '../contract/log-types.ts'
import type { Outcome } from '../contract/outcomes.ts'
import { newLogId } from '../base/ids.ts'
import { maskSignInTests } from '../base/sign-in-test-id.ts'
import { writeJson } from '../store/json-column.ts'
import { countLogin } from '../store/login-counts.ts'
import { prepareQuery } from '../store/prepared-query.ts'
import type { Db, LogEventsTable, LogTermsTable } from '../store/tables.ts'
import { termsOf } from './log-terms.ts'

/** The caller of a request, as the request describes it. */
export type Caller = { ip: string; user_agent: string; hostname: string }

/** Input for recording a log event, with Auth0's field names. An unknown field is left out. */
export type NewLogEvent = {
  type: LogType
  description?: string
  connection_id?: string
  connection?: string
  client_id?: string
  client_name?: string
  user_id?: string
  user_name?: string
  audience?: string
  scope?: string
  strategy?: string
  strategy_type?: string
  details?: JsonObject
  /** The code that a page showed, by which the event is found. */
  reference?: string
  /** How a login with a password ended: it is counted by day, connection and client. */
  login_outcome?: Outcome
  caller?: Caller
}

const text_max = 2000
const name_max = 255

// Line breaks and control characters in input could forge lines where the log is printed.
const clean = (text: string | undefined, max = text_max): string | null =>
  text === undefined ? null : maskSignInTests(text.slice(0, max).replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' '))

function rowOf(tenant_id: string, at_ms: number, event: NewLogEvent): LogEventsTable {
  return {
    tenant_id,
    log_id: newLogId(at_ms),
    date: at_ms,
    type: event.type,
    description: clean(event.description),
    connection_id: event.connection_id ?? null,
    connection: event.connection ?? null,
    client_id: event.client_id === undefined ? null : maskSignInTests(event.client_id),
    client_name: clean(event.client_name, name_max),
    user_id: clean(event.user_id),
    user_name: clean(event.user_name, name_max),
    ip: event.caller?.ip ?? null,
    hostname: clean(event.caller?.hostname, name_max),
    user_agent: clean(event.caller?.user_agent, name_max),
    audience: clean(event.audience),
    scope: clean(event.scope),
    strategy: event.strategy ?? null,
    strategy_type: event.strategy_type ?? null,
    details: maskSignInTests(writeJson(event.details ?? {})),
    position: null,
  }
}

const insertRows = (db: Db, { rows }: { rows: LogEventsTable[] }) => db.insertInto('log_events').values(rows)
const insertEvents = prepareQuery(insertRows)
const insertEventsAsync = prepareQuery(insertRows, { awaits_disk: false })
const insertTermRows = (db: Db, { rows }: { rows: LogTermsTable[] }) => db.insertInto('log_terms').values(rows)
const insertTerms = prepareQuery(insertTermRows)
const insertTermsAsync = prepareQuery(insertTermRows, { awaits_disk: false })

/**
 * Records log events of the same time in one statement. `db` may be a transaction.
 *
 * @param options `awaits_disk: false` where the change that the events describe is on the disk already, or no change is stored
 */
export async function recordEvents(
  db: Db,
  tenant_id: string,
  at_ms: number,
  events: NewLogEvent[],
  { awaits_disk = true }: { awaits_disk?: boolean } = {},
): Promise<void> {
  const rows: LogEventsTable[] = []
  const terms: LogTermsTable[] = []
  for (const event of events) {
    const row = rowOf(tenant_id, at_ms, event)
    rows.push(row)
    for (const term of termsOf({ ...row, reference: event.reference })) {
      terms.push({ tenant_id, term, log_id: row.log_id })
    }
  }
  await (awaits_disk ? insertEvents : insertEventsAsync)(db, { rows })
  if (terms.length > 0) await (awaits_disk ? insertTerms : insertTermsAsync)(db, { rows: terms })
  for (const { login_outcome: outcome, connection_id, client_id = '' } of events) {
    if (outcome === undefined || connection_id === undefined) continue
    const day = isoTime(at_ms).slice(0, 10)
    await countLogin(
      db,
      { tenant_id, connection_id, day, client_id: maskSignInTests(client_id), outcome },
      { awaits_disk },
    )
  }
}

/** Records one log event. `db` may be a transaction. */
export async function recordEvent(db: Db, tenant_id: string, at_ms: number, event: NewLogEvent): Promise<void> {
  await recordEvents(db, tenant_id, at_ms, [event])
}
