// Tables of the logs.
import type { Flag } from './flag.ts'

/** Log events of a tenant. */
export type LogEventsTable = {
  tenant_id: string
  log_id: string
  date: number
  type: string
  description: string | null
  connection_id: string | null
  connection: string | null
  client_id: string | null
  client_name: string | null
  user_id: string | null
  user_name: string | null
  ip: string | null
  hostname: string | null
  user_agent: string | null
  audience: string | null
  scope: string | null
  strategy: string | null
  strategy_type: string | null
  /** JSON. */
  details: string
  /** The order in which events became visible; null until the event is read from a checkpoint. Events before this column have 0. */
  position: number | null
}

/**
 * What finds log events that no user id names: the reference code that a page showed, or what was typed where that named no user. Successful
 * logins have none.
 */
export type LogTermsTable = {
  tenant_id: string
  /** See `src/logs/log-terms.ts`. */
  term: string
  log_id: string
}

/** Logins with a password by day (`YYYY-MM-DD` in UTC), as the log has them. The sum over `slot` is the value. */
export type LoginCountsTable = {
  tenant_id: string
  connection_id: string
  day: string
  /** Empty where no client is known. */
  client_id: string
  outcome: string
  slot: number
  logins: number
}

/** The last position that the log events of a tenant have. */
export type LogPositionsTable = {
  tenant_id: string
  last_position: number
}

/** Lines that action scripts wrote with `console`, and lines of the sandbox about those scripts. */
export type ScriptLogsTable = {
  tenant_id: string
  connection_id: string
  line_id: string
  at: number
  script: string
  call_id: string
  level: string
  text: string
  /** In the line of a call that ended: how, in which version of the script, and after how long. Null in other lines. */
  outcome: string | null
  version: number | null
  duration_ms: number | null
}

/** Calls of a version of a script that began in an hour, by outcome and by a bound of their duration. */
export type ScriptCallsTable = {
  tenant_id: string
  connection_id: string
  script: string
  version: number
  /** Its start, in epoch milliseconds. */
  hour: number
  outcome: string
  /** The calls took at most so long, and longer than the next smaller bound. */
  up_to_ms: number
  calls: number
  /** The longest of them; null where earlier versions counted all of them. */
  longest_ms: number | null
}

/** Log streams: webhooks that the log events of a tenant are posted to. */
export type LogStreamsTable = {
  tenant_id: string
  log_stream_id: string
  name: string
  /** `active`, `paused` or `suspended`. */
  status: string
  /** JSON: array of categories; empty for all events. */
  filters: string
  is_priority: Flag
  /** JSON: the sink in the format of the API with `signing_secret`, sealed. */
  sink_sealed: string
  /** The id of the last event that was delivered or filtered out. */
  checkpoint: string
  delivered: number
  /** Failed attempts since the last success. */
  attempts: number
  next_attempt_at: number
  /** Until when an attempt of a process holds the stream; 0 while none does. */
  claimed_until: number
  /** The first failure since the last success. */
  failing_since: number | null
  last_success_at: number | null
  last_failure_at: number | null
  last_error: string | null
  created_at: number
  updated_at: number
}
