import { concat, cryptDigits, equalText, groupsOf, utf8 } from './encodings.ts'
import { requireRounds } from './limits.ts'
import type { DigestName, Format, Primitives } from './types.ts'

// A round digests some 200 bytes, more than one of phpass.
const longest_rounds = 300_000

/** The bytes repeated up to a length. */
function filled(bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length)
  for (let at = 0; at < length; at += bytes.length) result.set(bytes.subarray(0, length - at), at)
  return result
}

function iterate(
  digest: (data: Uint8Array) => Uint8Array,
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
): Uint8Array {
  const inner = digest(concat(password, salt, password))
  const first = [password, salt, filled(inner, password.length)]
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? inner : password)
  let state = digest(concat(...first))
  const p = filled(digest(filled(password, password.length ** 2)), password.length)
  const s = filled(digest(filled(salt, salt.length * (16 + (state[0] ?? 0)))), salt.length)
  for (let round = 0; round < rounds; round++) {
    const parts = [round & 1 ? p : state]
    if (round % 3) parts.push(s)
    if (round % 7) parts.push(p)
    parts.push(round & 1 ? state : p)
    state = digest(concat(...parts))
  }
  return state
}

// The bytes of the state in groups of three. The next group is the last one rotated, plus 1.
function encodedSha512(state: Uint8Array): string {
  let text = ''
  for (let group = [0, 21, 42] as const, n = 0; n < 21; n++) {
    text += groupDigits(state, group)
    group = [group[1] + 1, group[2] + 1, group[0] + 1] as unknown as typeof group
  }
  return text + cryptDigits(state[63] ?? 0, 2)
}

function encodedSha256(state: Uint8Array): string {
  let text = ''
  for (let group = [0, 10, 20] as const, n = 0; n < 10; n++) {
    text += groupDigits(state, group)
    group = [group[2] + 1, group[0] + 1, group[1] + 1] as unknown as typeof group
  }
  return text + cryptDigits(((state[31] ?? 0) << 8) | (state[30] ?? 0), 3)
}

function groupDigits(state: Uint8Array, [high, middle, low]: readonly [number, number, number]): string {
  return cryptDigits(((state[high] ?? 0) << 16) | ((state[middle] ?? 0) << 8) | (state[low] ?? 0), 4)
}

const form = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:]{0,16})\$([./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/

/** `$5$` and `$6$`: SHA-crypt of glibc (Drepper, "Unix crypt using SHA-256 and SHA-512"); Moodle 4.3 and later. */
export const shaCrypt: Format = {
  name: 'sha-crypt',
  read(text) {
    const parts = groupsOf(form, text)
    if (!parts) return undefined
    const [kind, given_rounds, salt, hash] = parts
    const is_512 = kind === '6'
    if (hash.length !== (is_512 ? 86 : 43)) return undefined
    // glibc computes 1,000 rounds where fewer are named.
    const rounds = given_rounds === '' ? 5000 : Math.max(1000, Number(given_rounds))
    requireRounds('sha-crypt', rounds, longest_rounds)
    const name: DigestName = is_512 ? 'sha512' : 'sha256'
    const compute = (password: Uint8Array, { digest }: Primitives): string => {
      const state = iterate((data) => digest(name, data), password, utf8(salt), rounds)
      return is_512 ? encodedSha512(state) : encodedSha256(state)
    }
    // glibc's own limit: the first steps take the square of the length.
    return {
      format: 'sha-crypt',
      matches: (password, primitives) => password.length <= 512 && equalText(compute(password, primitives), hash),
    }
  },
}
