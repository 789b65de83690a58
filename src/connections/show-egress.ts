import type { Clock } from '../base/clock.ts'
import { day_ms, isoTime } from '../base/time.ts'
import type { ConnectionEgress, RefusedDestination } from '../contract/connection-configuration.ts'
import { invalidBody } from '../contract/refusal.ts'
import { refusalLines } from '../logs/refusal-lines.ts'
import type { ScriptLogWriter } from '../logs/script-log-writer.ts'
import { entriesToAllow, readHostPort } from '../sandbox/egress-policy.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { ProbedTarget } from '../sandbox/connect-by-policy.ts'
import type { Db } from '../store/tables.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import type { Connection } from './connection.ts'
import { scriptUnit } from './run-action-script.ts'

const refused_max = 20

/** The dependencies of showing the egress rules of a connection. */
export type ShowEgressDeps = {
  db: Db
  clock: Clock
  script_log: Pick<ScriptLogWriter, 'flush'>
  mayReachPrivateNetworks: PrivateNetworks
}

/** The destinations that were refused and that an entry would allow, each once, the last one first. */
async function refusedDestinations(
  { db, clock, script_log }: ShowEgressDeps,
  { tenant_id, connection_id, options }: Connection,
): Promise<RefusedDestination[]> {
  await script_log.flush()
  const lines = await refusalLines(db, { tenant_id, connection_id }, clock.now() - day_ms)
  const allowed = options.egress?.allow ?? []
  const found = new Map<string, RefusedDestination>()
  for (const { text: message, at, script, call_id } of lines) {
    const entries = entriesToAllow(message).filter((entry) => !allowed.includes(entry))
    const key = entries.join(' ')
    if (entries.length === 0 || found.has(key) || found.size === refused_max) continue
    found.set(key, { entries, at: isoTime(at), script, call_id, message })
  }
  return [...found.values()]
}

/** The egress rules of a connection, and what they refused during the last 24 hours. */
export async function showEgress(deps: ShowEgressDeps, connection: Connection): Promise<ConnectionEgress> {
  const { mode = 'open', allow = [] } = connection.options.egress ?? {}
  return {
    mode,
    allow,
    private_networks: await deps.mayReachPrivateNetworks(connection.tenant_id),
    refused: await refusedDestinations(deps, connection),
  }
}

/** A test of a destination, with the entries that would allow it where it was refused. */
export type TestedDestination = Omit<ProbedTarget, 'error'> & {
  is_reachable: boolean
  error?: { code: string; message: string; entries: string[] }
}

/**
 * Opens and closes a TCP connection as a script of the connection would.
 *
 * @param destination `host:port` or `[v6]:port`
 * @throws {Refusal} `invalid_body` for a port beyond 65535 and a host in brackets that is no address
 */
export async function testDestination(
  deps: { scripts: Pick<ScriptRuntime, 'probe'>; mayReachPrivateNetworks: PrivateNetworks },
  connection: Connection,
  destination: string,
): Promise<TestedDestination> {
  const target = readHostPort(destination)
  if (!target) throw invalidBody('No host and port from 1 to 65535', 'destination')
  const { mode = 'open', allow = [] } = connection.options.egress ?? {}
  const private_networks = await deps.mayReachPrivateNetworks(connection.tenant_id)
  const { error, ...probed } = await deps.scripts.probe(
    scriptUnit(connection),
    { mode, allow, private_networks },
    target,
  )
  if (!error) return { is_reachable: true, ...probed }
  return { is_reachable: false, ...probed, error: { ...error, entries: entriesToAllow(error.message) } }
}
