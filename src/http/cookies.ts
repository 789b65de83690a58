import type { FastifyReply, FastifyRequest } from 'fastify'

/** Attributes of a cookie (RFC 6265bis). Every cookie is for the whole host and hidden from scripts. */
export type CookieAttributes = {
  secure: boolean
  /** Undefined leaves the attribute out. */
  same_site: 'Lax' | 'None' | undefined
  /** Seconds; undefined for a cookie that ends with the browser, 0 deletes the cookie. */
  max_age_s: number | undefined
}

// A browser sends several cookies of one name if they were set for several domains.
const same_name_max = 3

/** The values of the cookies of a request with this name, in the order of the header: at most three. */
export function cookiesOf(request: FastifyRequest, name: string): string[] {
  const prefix = `${name}=`
  return (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .slice(0, same_name_max)
    .map((pair) => pair.slice(prefix.length))
}

/** Sets a cookie whose value consists of letters, digits, `-`, `_` and `.`. */
export function setCookie(
  reply: FastifyReply,
  name: string,
  value: string,
  { secure, same_site, max_age_s }: CookieAttributes,
): void {
  const attributes = [
    `${name}=${value}`,
    'Path=/',
    'HttpOnly',
    ...(secure ? ['Secure'] : []),
    ...(same_site === undefined ? [] : [`SameSite=${same_site}`]),
    ...(max_age_s === undefined ? [] : [`Max-Age=${Math.ceil(max_age_s)}`]),
  ]
  reply.header('set-cookie', attributes.join('; '))
}
