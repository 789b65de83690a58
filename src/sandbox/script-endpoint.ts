import type { Socket } from 'node:net'

/**
 * A server of this process that the scripts of a unit reach at one host and port, instead of what is there in the network. It speaks TLS with
 * a certificate that only their process trusts.
 */
export type ScriptEndpoint = {
  /** As scripts write it: a name in lower case, or an address without brackets. */
  host: string
  port: number
  /** PEM; a process trusts it from its start, so that a call with another one runs in another process. */
  certificate: string
  /**
   * Serves one connection of a script, which speaks TLS.
   *
   * @param is_listed whether the egress policy of the unit lists the host and port, or all
   */
  serve(connection: Socket, is_listed: boolean): void
}
