import { networkInterfaces } from 'node:os'
import type { Config } from '../config/config.ts'
import type { HostPort } from '../sandbox/egress-types.ts'

/**
 * The ports that the server listens on, at every address of this machine, and its PostgreSQL. Scripts can connect to them only if their
 * connection lists them.
 */
export function reservedPorts(config: Config, ports: readonly number[]): HostPort[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address))
  const hosts = [...new Set(['127.0.0.1', '::1', 'localhost', config.host, ...addresses])]
  const own = hosts.flatMap((host) => ports.map((port) => ({ host, port })))
  if (config.database_url === undefined) return own
  return [...own, ...storePorts(new URL(config.database_url))]
}

// In the driver, `host` and `port` of the query take precedence over those before the path.
function storePorts({ hostname, port, searchParams }: URL): HostPort[] {
  const hosts = new Set([hostname.replace(/^\[|\]$/g, ''), searchParams.get('host') ?? ''])
  const ports = new Set([port, searchParams.get('port') ?? ''].filter((each) => each !== ''))
  if (ports.size === 0) ports.add('5432')
  return [...hosts]
    .filter((host) => host !== '' && !host.startsWith('/'))
    .flatMap((host) => [...ports].map((each) => ({ host, port: Number(each) })))
}
