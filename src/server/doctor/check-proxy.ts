import { isLoopbackHost } from '../../config/admin-url.ts'
import type { Config } from '../../config/config.ts'
import type { UntrustedForwarding } from '../warn-untrusted-proxy.ts'
import { ok, warning, type Found } from './finding.ts'

/** Whether the settings speak for a proxy in front: clients use another address than the one that the server listens on. */
function hasProxy({ public_url, host, tls }: Config): boolean {
  if (public_url === undefined) return false
  const { hostname, protocol } = new URL(public_url)
  return (!isLoopbackHost(hostname) && isLoopbackHost(host)) || (protocol === 'https:' && tls === undefined)
}

/** Checks from which proxies the server takes the address of callers. `seen`: a forwarding header from another peer. */
export function checkProxy(config: Config, seen: UntrustedForwarding | undefined): Found[] {
  const { trust_proxy } = config
  if (trust_proxy === true) {
    return [
      warning(
        'WHERRY_TRUST_PROXY is true: each caller can claim any address, and the limits on failed logins by address have no effect.',
        'Set it to the addresses of your proxies.',
      ),
    ]
  }
  if (seen) {
    return [
      warning(
        `A request from ${seen.peer} had the header ${seen.header}, and WHERRY_TRUST_PROXY does not list that address.`,
        'If it is your proxy, set WHERRY_TRUST_PROXY to its address: else all callers count as one, and wrong passwords of one lock all out.',
      ),
    ]
  }
  const trusted = trust_proxy === false ? [] : trust_proxy
  if (trusted.length > 0) return [ok(`The address of callers is taken from these proxies: ${trusted.join(', ')}.`)]
  if (!hasProxy(config)) return [ok('No proxy is trusted: callers have the address that they connect from.')]
  return [
    warning(
      'The settings speak for a proxy in front of the server, and WHERRY_TRUST_PROXY lists none.',
      'Set it to the address of the proxy: else all callers count as one address, and wrong passwords of one lock all out.',
    ),
  ]
}
