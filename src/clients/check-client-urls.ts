import { isScriptUrl } from '../base/script-url.ts'
import type { ClientChange } from '../contract/client.ts'
import { invalidBody } from '../contract/refusal.ts'

const lists = ['callbacks', 'allowed_logout_urls'] as const

/**
 * Checks the URLs that browsers are redirected to: one that a browser would run as a script is refused when it is saved, and again when it
 * is used.
 *
 * @throws {Refusal} `invalid_body`, naming the property
 */
export function checkClientUrls(given: Pick<ClientChange, (typeof lists)[number] | 'initiate_login_uri'>): void {
  // A text that is no URL is harmless: no request is compared with it.
  const isRefused = (url: string): boolean => URL.canParse(url) && isScriptUrl(url)
  for (const name of lists) {
    const refused = given[name]?.find(isRefused)
    if (refused !== undefined) throw invalidBody(`Not a URL to redirect to: ${refused.slice(0, 100)}`, name)
  }
  const { initiate_login_uri } = given
  if (initiate_login_uri !== undefined && isRefused(initiate_login_uri)) {
    throw invalidBody('Not a URL to redirect to', 'initiate_login_uri')
  }
}
