import type { LegacyStore } from './legacy-store.ts'
import type { LegacyUser } from './legacy-store/legacy-users.ts'
import type { Report } from './report.ts'
import type { FirstRun } from './wherry-server.ts'

/** The two running servers and the report. */
export type RunningServers = {
  report: Report
  store: LegacyStore
  wherry: FirstRun
  /** The digest of the legacy table before Wherry connected to it. */
  table_digest: string
  /** The number of queries that the legacy store had received by then. */
  queries_before: number
}

/** The running servers with a client and a connection to the legacy store: what the steps of the demo work on. */
export type DemoContext = RunningServers & {
  /** An access token for the Management API. */
  token: string
  client_id: string
  connection_id: string
  /** The options of the connection, as the API returned them. */
  options: unknown
}

/** The name of the connection, which is also the namespace of its user ids. */
export const connection_name = 'customers'

/** The user of the legacy store with this id. @throws Error for an unknown id */
export function legacyUser({ store }: RunningServers, id: number): LegacyUser {
  const found = store.users()[id - 1]
  if (!found) throw new Error(`The legacy store has no user ${id}.`)
  return found
}
