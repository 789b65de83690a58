import { Buffer } from 'node:buffer'
import { concat, utf8 } from './encodings.ts'
import type { DigestInput, Printed } from './recipe-types.ts'
import type { DigestName, Primitives } from './types.ts'

/** The values that the parts of a recipe name. */
export type Values = {
  password: Uint8Array
  salt: Uint8Array
  pepper: Uint8Array
  username: string
  previous?: Uint8Array
}

/** The bytes as they are put into the next digest. */
export function printed(bytes: Uint8Array, as: Printed): Uint8Array {
  if (as === 'raw') return bytes
  if (as === 'base64') return utf8(Buffer.from(bytes).toString('base64'))
  const hex = Buffer.from(bytes).toString('hex')
  return utf8(as === 'HEX' ? hex.toUpperCase() : hex)
}

/** The bytes of the parts, one after the other. */
export function bytesOf(parts: readonly DigestInput[], values: Values, primitives: Primitives): Uint8Array {
  return concat(...parts.map((part) => bytesOfPart(part, values, primitives)))
}

function bytesOfPart(part: DigestInput, values: Values, primitives: Primitives): Uint8Array {
  if (part === 'username') return utf8(values.username)
  if (part === 'username_lower') return utf8(values.username.toLowerCase())
  if (typeof part === 'string') return values[part] ?? new Uint8Array()
  if ('text' in part) return utf8(part.text)
  if ('fill' in part) {
    const bytes = bytesOfPart(part.fill, values, primitives)
    return bytes.length === 0 ? Buffer.alloc(part.bytes) : Buffer.alloc(part.bytes, bytes)
  }
  return printed(digested(part, values, primitives), part.as ?? 'hex')
}

type Digested = { digest: DigestName; of: readonly DigestInput[]; key?: readonly DigestInput[] }

/** The digest of the parts, or their HMAC where there is a key. */
export function digested({ digest, of, key }: Digested, values: Values, primitives: Primitives): Uint8Array {
  const data = bytesOf(of, values, primitives)
  return key ? primitives.hmac(digest, bytesOf(key, values, primitives), data) : primitives.digest(digest, data)
}

/** The digests that the parts need. */
export function digestsOf(parts: readonly DigestInput[]): DigestName[] {
  return parts.flatMap((part) => {
    if (typeof part === 'string' || 'text' in part) return []
    if ('fill' in part) return digestsOf([part.fill])
    return [part.digest, ...digestsOf(part.of), ...digestsOf(part.key ?? [])]
  })
}
