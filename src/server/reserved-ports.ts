import { networkInterfaces } from 'node:os'
import type { Config } from '../config/config.ts'
import type { HostPort } from '../sandbox/egress-types.ts'

/**
 * Wherry's own doors, which scripts reach only when their connection names them: the port it listens on, at
 * every address of this machine, and its PostgreSQL.
 */
export function reservedPorts(config: Config, port: number): HostPort[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address))
  const own = [...new Set(['127.0.0.1', '::1', 'localhost', config.host, ...addresses])].map((host) => ({ host, port }))
  if (config.database_url === undefined) return own
  const store = new URL(config.database_url)
  return [...own, { host: store.hostname.replace(/^\[|\]$/g, ''), port: Number(store.port === '' ? 5432 : store.port) }]
}
