import { Buffer } from 'node:buffer'
import { limits } from './limits.ts'
import type { DigestInput } from './recipe-types.ts'
import type { DigestName } from './types.ts'

// Measured with native primitives on one core that other work shares; on an idle one it is half of it.
const call_us = 3.5
const hmac_us = 40
const part_us = 0.25
const call_extra_us: Partial<Record<DigestName, number>> = { 'sha3-256': 1, 'sha3-512': 1, whirlpool: 2.5 }
const byte_us: Record<DigestName, number> = {
  md4: 0.003,
  md5: 0.003,
  ripemd160: 0.006,
  sha1: 0.003,
  sha224: 0.004,
  sha256: 0.004,
  sha384: 0.004,
  sha512: 0.004,
  'sha3-256': 0.006,
  'sha3-512': 0.01,
  whirlpool: 0.02,
}
// The hexadecimal digits of 64 bytes.
const longest_digest = 128

type Work = { bytes: number; us: number }

/** A computation of digests and the values of a stored hash. The password has its longest length. */
type Digested = { digest: DigestName; of: readonly DigestInput[]; key?: readonly DigestInput[] }
type Lengths = { salt: Uint8Array; pepper: Uint8Array; username: string; previous_bytes: number }

function workOfPart(part: DigestInput, stored: Lengths): Work {
  if (part === 'salt' || part === 'pepper') return { bytes: stored[part].length, us: part_us }
  if (part === 'username' || part === 'username_lower') {
    return { bytes: Buffer.byteLength(stored.username), us: part_us }
  }
  if (part === 'password') return { bytes: limits.password_bytes, us: part_us }
  if (part === 'previous') return { bytes: stored.previous_bytes, us: part_us }
  if ('text' in part) return { bytes: Buffer.byteLength(part.text), us: part_us }
  if ('fill' in part) return { bytes: part.bytes, us: workOfPart(part.fill, stored).us + part_us }
  return { bytes: longest_digest, us: microsecondsOf(part, stored) + part_us }
}

/** How long a digest or an HMAC takes, in microseconds. */
export function microsecondsOf({ digest, of, key }: Digested, stored: Lengths): number {
  const parts = [...of, ...(key ?? [])].map((part) => workOfPart(part, stored))
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const us = parts.reduce((sum, part) => sum + part.us, key ? hmac_us : call_us + (call_extra_us[digest] ?? 0))
  return us + bytes * byte_us[digest]
}
