import { createHmac, generateKeySync } from 'node:crypto'
import { LRUCache } from 'lru-cache'

const kept_ms = 10_000
const kept_max = 5000

/**
 * The logins of forms that were answered within the last seconds, in this process. A form that is sent twice may arrive after the first one
 * was answered and before the browser has its answer: without the cookie of the session, nothing else shows that it is the same form.
 */
export type RecentForms<Login> = {
  /** The login of the form of a page with these contents; undefined where there was none just now. */
  find(request_id: string, secret: string): Login | undefined
  keep(request_id: string, secret: string, login: Login): void
}

/** Creates the list, of 10 seconds and at most 5,000 logins. What was typed is compared by a keyed digest; the key exists only in this process. */
export function createRecentForms<Login extends object>(): RecentForms<Login> {
  const digest_key = generateKeySync('hmac', { length: 256 })
  const logins = new LRUCache<string, Login>({ max: kept_max, ttl: kept_ms })
  const keyOf = (request_id: string, secret: string): string =>
    createHmac('sha256', digest_key)
      .update(JSON.stringify([request_id, secret]))
      .digest('base64')
  return {
    find: (request_id, secret) => logins.get(keyOf(request_id, secret)),
    keep: (request_id, secret, login) => void logins.set(keyOf(request_id, secret), login),
  }
}
