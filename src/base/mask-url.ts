const mask = '*****'

// A word or a version. Anything else, and every segment with another digit, may be a token.
const plain_segment = /^(?:[A-Za-z][A-Za-z_.-]{0,23}|v\d{1,2})?$/

/** The address of a webhook without what may be a token: its credentials, its query, its fragment, and segments of its path that are no words. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return mask
  const { protocol, username, password, host, pathname, search, hash } = new URL(text)
  const path = pathname.split('/').map((segment) => (plain_segment.test(segment) ? segment : mask))
  const credentials = username === '' && password === '' ? '' : `${mask}@`
  return `${protocol}//${credentials}${host}${path.join('/')}${search === '' ? '' : `?${mask}`}${hash === '' ? '' : `#${mask}`}`
}
