import { isScriptUrl } from '../base/script-url.ts'

/** The result of a mailed link, in the parameters that Auth0 adds to `result_url`. */
export type LinkResult = { success: boolean; message: string; code: string | undefined; email: string | undefined }

/**
 * `result_url` with the result in its query string. Undefined where there is no `result_url`, and for a URL to which a browser must not be
 * redirected.
 */
export function resultUrl(result_url: string | undefined, result: LinkResult): string | undefined {
  if (result_url === undefined || isScriptUrl(result_url)) return undefined
  const url = new URL(result_url)
  if (result.email !== undefined) url.searchParams.set('email', result.email)
  url.searchParams.set('success', String(result.success))
  if (result.code !== undefined) url.searchParams.set('code', result.code)
  url.searchParams.set('message', result.message)
  return url.href
}
