/**
 * A token that differs from `token` in one character, never in none: the fourth from its end. In base64, the bits of that one all count; the
 * last one has bits that no byte uses.
 */
export function alteredEnd(token: string): string {
  const at = token.length - 4
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
