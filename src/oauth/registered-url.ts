import type { Client } from '../clients/client.ts'
import { isScriptUrl } from '../base/script-url.ts'

// RFC 8252 section 7.3: the port of a native client's loopback address is chosen when the client runs.
const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(:\d{1,5})?(?=[/?]|$)/

/** A URL without the port of its loopback address; undefined for any other address. */
function withoutLoopbackPort(url: string): string | undefined {
  const found = loopback.exec(url)
  return found === null ? undefined : `http://${found[1]}${url.slice(found[0].length)}`
}

/** Whether `*.` at the start of the host of a listed URL stands for exactly one label of `url`, all else being equal. */
function matchesSubdomain(listed: string, url: string): boolean {
  const [before, after, ...rest] = listed.split('://*.')
  if (before === undefined || after === undefined || rest.length > 0 || !/^https?$/.test(before)) return false
  const start = `${before}://`
  if (!url.startsWith(start) || !url.endsWith(`.${after}`)) return false
  return /^[a-z0-9-]+$/.test(url.slice(start.length, -(after.length + 1)))
}

/**
 * Whether a URL is one of a list: equal to an entry, character by character (RFC 9700 section 2.1). As at Auth0, `*.` at the start of an
 * entry's host stands for one label; as RFC 8252 requires, the port of a loopback IP address of a native client is ignored. A URL that a
 * browser would run as a script is never on the list.
 */
export function isRegisteredUrl(listed: unknown, url: string, client?: Client): boolean {
  if (!Array.isArray(listed) || isScriptUrl(url)) return false
  const bare = client?.data['app_type'] === 'native' ? withoutLoopbackPort(url) : undefined
  return listed.some(
    (entry: unknown) =>
      typeof entry === 'string' &&
      (entry === url || matchesSubdomain(entry, url) || (bare !== undefined && withoutLoopbackPort(entry) === bare)),
  )
}
