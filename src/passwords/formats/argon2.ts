import { equalBytes, fromBase64, groupsOf, requireBytes } from './encodings.ts'
import { requireArgon2 } from './limits.ts'
import type { Argon2Type, Format } from './types.ts'

const form =
  /^\$(argon2(?:id|i|d))\$(?:v=(\d{1,3})\$)?m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** The parameters of a PHC string of argon2; undefined where the text is none. */
export function argon2Parts(text: string) {
  const parts = groupsOf(form, text)
  if (!parts) return undefined
  const salt = requireBytes('argon2', 'the salt', fromBase64(parts[5]))
  const hash = requireBytes('argon2', 'the hash', fromBase64(parts[6]))
  return {
    type: parts[0] as Argon2Type,
    version: parts[1] === '' ? 16 : Number(parts[1]),
    memory_kib: Number(parts[2]),
    passes: Number(parts[3]),
    parallelism: Number(parts[4]),
    salt,
    hash,
    length: hash.length,
  }
}

/** PHC strings: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, argon2i and argon2d. */
export const argon2: Format = {
  name: 'argon2',
  read(text) {
    const parts = argon2Parts(text)
    if (!parts) return undefined
    requireArgon2('argon2', parts)
    const { hash, ...input } = parts
    return {
      format: 'argon2',
      matches: async (password, primitives) => equalBytes(await primitives.argon2({ ...input, password }), hash),
    }
  },
}
