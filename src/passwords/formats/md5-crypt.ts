import { concat, cryptDigits, equalText, groupsOf, utf8 } from './encodings.ts'
import type { Format, Primitives } from './types.ts'

const order = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const

function compute(password: Uint8Array, magic: string, salt: Uint8Array, { digest }: Primitives): string {
  const inner = digest('md5', concat(password, salt, password))
  const first = [password, utf8(magic), salt]
  for (let left = password.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)))
  for (let bits = password.length; bits > 0; bits >>= 1)
    first.push(bits & 1 ? Uint8Array.of(0) : password.subarray(0, 1))
  let state = digest('md5', concat(...first))
  for (let round = 0; round < 1000; round++) {
    const parts = [round & 1 ? password : state]
    if (round % 3) parts.push(salt)
    if (round % 7) parts.push(password)
    parts.push(round & 1 ? state : password)
    state = digest('md5', concat(...parts))
  }
  const at = (index: number): number => state[index] ?? 0
  const groups = order.map(([high, middle, low]) => cryptDigits((at(high) << 16) | (at(middle) << 8) | at(low), 4))
  return groups.join('') + cryptDigits(at(11), 2)
}

/** `$1$` (Unix, Moodle) and `$apr1$` (Apache). */
export const md5Crypt: Format = {
  name: 'md5-crypt',
  read(text) {
    const parts = groupsOf(/^(\$(?:1|apr1)\$)([^$:]{0,8})\$([./0-9A-Za-z]{22})$/, text)
    if (!parts) return undefined
    const [magic, salt, hash] = parts
    return {
      format: 'md5-crypt',
      matches: (password, primitives) => equalText(compute(password, magic, utf8(salt), primitives), hash),
    }
  },
}
