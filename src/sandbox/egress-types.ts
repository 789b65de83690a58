/**
 * The targets that scripts of one unit may connect to. Entries of `allow` are `host:port` or `[v6]:port`. `private_networks`:
 * whether an entry may open this machine and private networks. `setting`: the name of `allow` in messages; default `options.egress.allow`.
 */
export type EgressPolicy = {
  mode: 'open' | 'allow_list'
  allow: string[]
  private_networks: boolean
  setting?: string
}

/** A host, as a name or an address, and a port. */
export type HostPort = { host: string; port: number }

/** A connection that a script tried to open and that failed; `code` is the system's, or `EGRESS_REFUSED`. */
export type EgressFailure = { host: string; port: number; address?: string; code: string; message: string }
